/** What a topic means for `produce`: whether it is one of calls, and which input it takes when none is named. */
import { SfcrimeError } from "../base/errors.ts";
import { REFERENCE } from "../config/reference.ts";
import type { Settings } from "../config/settings.ts";
import { SAMPLE } from "../produce/input_source.ts";

const DEFAULT_TOPIC = REFERENCE.kafka.topic.default;

/** The stream of police calls that is built in. */
const CALLS = "calls";

/**
 * The input to read. The sample is police calls, so another topic than the default one has to ask for it.
 *
 * @throws {SfcrimeError} USAGE where none is named.
 */
export function inputOf({ producer, kafka }: Settings): string {
  const named = producer.input ?? kafka.input_file;
  if (named !== undefined) return named;
  if (kafka.topic === DEFAULT_TOPIC) return SAMPLE;
  throw new SfcrimeError("USAGE", `There is no input for topic ${kafka.topic}.`, {
    hint: `Name one with --input FILE, - for stdin, or ${SAMPLE} for the built-in police calls.`,
  });
}

/**
 * How records are checked against the calls schema: as `validate` says; else, in the topic that the built-in stream
 * `calls` reads by default or by the configuration, what does not match is told. Other topics hold anything.
 */
export function validationOf(settings: Settings): "none" | "lenient" | "strict" {
  return settings.producer.validate ?? (isOfCalls(settings) ? "lenient" : "none");
}

function isOfCalls({ kafka: { topic }, streams, provenance }: Settings): boolean {
  // A stream `calls` with columns of its own holds something else.
  if (isGiven(provenance, `stream.${CALLS}.columns`)) return false;
  const { [CALLS]: calls, ...others } = streams;
  if (calls?.topic !== undefined) return calls.topic.includes(topic);
  if (Object.values(others).some((stream) => stream.topic?.includes(topic))) return false;
  return topic === DEFAULT_TOPIC || provenance.get("kafka.topic")?.origin !== "flag";
}

/** Whether a key of records was asked for, and is not just the one of calls. */
export function asksForKey({ provenance }: Settings): boolean {
  return isGiven(provenance, "producer.key");
}

function isGiven(provenance: Settings["provenance"], name: string): boolean {
  return (provenance.get(name)?.origin ?? "default") !== "default";
}
