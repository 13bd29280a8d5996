/** What follows from the topic of `produce`: the default input, and whether records are checked as calls. */
import { SfcrimeError } from "../../base/errors.ts";
import { REFERENCE } from "../../config/reference.ts";
import type { Settings } from "../../config/settings.ts";
import { SAMPLE } from "../../produce/input_source.ts";

const DEFAULT_TOPIC = REFERENCE.kafka.topic.default;

/** The built-in stream of police calls. */
const CALLS = "calls";

/**
 * The input to read. The sample holds police calls, so it is the default only for the default topic.
 *
 * @throws {SfcrimeError} USAGE if another topic has no input.
 */
export function inputOf({ producer, kafka }: Settings): string {
  const named = producer.input ?? kafka.input_file;
  if (named !== undefined) return named;
  if (kafka.topic === DEFAULT_TOPIC) return SAMPLE;
  throw new SfcrimeError("USAGE", `No input for topic ${kafka.topic}.`, {
    hint: `Use --input FILE, --input - for stdin, or --input ${SAMPLE} for the built-in police calls.`,
  });
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
