/** What follows from the topic of `produce`: the default input, and whether records are checked as calls. */
import { resolve } from "node:path";
import { SfcrimeError } from "../../base/errors.ts";
import { REFERENCE } from "../../config/reference/reference.ts";
import type { Settings } from "../../config/settings.ts";
import { isStdin, SAMPLE } from "../../produce/input/open_input.ts";

const DEFAULT_TOPIC = REFERENCE.kafka.topic.default;

/** The built-in stream of police calls. */
const CALLS = "calls";

/**
 * The inputs to read. The sample holds police calls, so it is the default only for the default topic.
 *
 * @throws {SfcrimeError} USAGE if another topic has no input.
 */
export function inputsOf({ producer, kafka }: Settings): readonly string[] {
  if (producer.input !== undefined) return producer.input;
  if (kafka.input_file !== undefined) return [kafka.input_file];
  if (kafka.topic === DEFAULT_TOPIC) return [SAMPLE];
  throw new SfcrimeError("USAGE", `No input for topic ${kafka.topic}.`, {
    hint:
      `Files stand after the topic: sfcrime produce ${kafka.topic} FILE; - is stdin, ${SAMPLE} the built-in calls.`,
  });
}

/** The same, by paths that do not depend on the working directory. */
export function inputPaths(settings: Settings): string[] {
  return inputsOf(settings).map((path) => path === SAMPLE || isStdin(path) ? path : resolve(path));
}

/**
 * How records are checked against the calls schema: as `validate` says; if it is unset, lenient for the topic that
 * the stream `calls` reads, by default or by configuration. Other topics may hold anything.
 */
export function validationOf(settings: Settings): "none" | "lenient" | "strict" {
  return settings.producer.validate ?? (isOfCalls(settings) ? "lenient" : "none");
}

function isOfCalls({ kafka: { topic }, streams, provenance }: Settings): boolean {
  // A stream `calls` with other columns holds something else.
  if (isConfigured(provenance, `stream.${CALLS}.columns`)) return false;
  const { [CALLS]: calls, ...others } = streams;
  if (calls?.topic !== undefined) return calls.topic.includes(topic);
  if (Object.values(others).some((stream) => stream.topic?.includes(topic))) return false;
  return topic === DEFAULT_TOPIC || provenance.get("kafka.topic")?.origin !== "flag";
}

/** Whether the user set the key field, so that it is not just the default for calls. */
export function asksForKey({ provenance }: Settings): boolean {
  return isConfigured(provenance, "producer.key");
}

function isConfigured(provenance: Settings["provenance"], name: string): boolean {
  return (provenance.get(name)?.origin ?? "default") !== "default";
}
