/** The topics that `consume` reads: by name, or all whose name matches a pattern when it starts. */
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { Broker } from "../../broker/broker.ts";
import type { TopicSelection } from "../../config/values/topic_selection.ts";
import { topicName } from "../../config/values/values.ts";
import type { Context } from "../context.ts";
import { readFlag } from "../flags.ts";

/** What the command line has of them. */
export interface TopicFlags {
  readonly include?: string;
  /** Topics after the first one. */
  readonly more: readonly string[];
}

/** @throws {SfcrimeError} USAGE */
export async function chosenTopics(
  { settings }: Context,
  { include, more }: TopicFlags,
): Promise<TopicSelection> {
  const { kafka: { topic }, provenance } = settings;
  if (include === undefined) {
    const others = more.map((name) => readFlag("<topics>", name, topicName)!);
    return { kind: "names", topics: [...new Set([topic, ...others])] };
  }
  if (provenance.get("kafka.topic")?.origin === "flag") {
    throw new SfcrimeError("USAGE", "--include and the name of a topic are mutually exclusive.", {
      hint: `A pattern may be made of names: --include '${[topic, ...more].join("|")}'.`,
    });
  }
  const selection: TopicSelection = { kind: "pattern", pattern: include };
  try {
    await filterOf(selection);
  } catch (cause) {
    throw new SfcrimeError("USAGE", `--include ${JSON.stringify(include)}: ${messageOf(cause)}.`, { cause });
  }
  return selection;
}

/** Their names, in order. @throws {SfcrimeError} TOPIC_MISSING if no topic matches a pattern. */
export async function topicsIn(broker: Broker, selection: TopicSelection): Promise<readonly string[]> {
  if (selection.kind === "names") return selection.topics;
  const all = await broker.listTopics();
  const found = all.filter(await filterOf(selection)).toSorted();
  if (found.length > 0) return found;
  throw new SfcrimeError("TOPIC_MISSING", `No topic has a name that matches ${selection.pattern}.`, {
    hint: "The full name has to match: calls-.* matches calls-2018. List the topics with sfcrime topic list.",
  });
}

/** Loads what matches patterns, which names do without. */
async function filterOf(selection: TopicSelection): Promise<(topic: string) => boolean> {
  const { topicFilter } = await import("../../config/values/topic_selection.ts");
  return topicFilter(selection);
}
