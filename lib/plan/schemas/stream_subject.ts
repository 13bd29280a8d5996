/** The subject of a stream's schema in a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";
import { subjectName } from "../../registry/subject_names.ts";

/** The subject of a stream. @throws {SfcrimeError} CONFIG if it has to be set. */
export function valueSubject({ streams, kafka, registry }: Settings, stream: string): string {
  const { subject, topic, topic_pattern: pattern } = streams[stream]!;
  if (subject !== undefined) return subject;
  const topics = pattern === undefined ? topic ?? [kafka.topic] : [];
  if (registry.subject_names === "topic" && topics.length === 1) {
    return subjectName("topic", { topic: topics[0]!, record: "" });
  }
  const reason = registry.subject_names === "topic"
    ? "it reads several topics, which may have a subject each"
    : `[registry] subject_names is ${registry.subject_names}, and its type is not known`;
  throw new SfcrimeError("CONFIG", `[stream.${stream}] has no subject: ${reason}.`, {
    hint: "Set subject to that of the schema to read with, or schema to a file.",
  });
}
