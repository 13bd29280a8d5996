/** The subjects of a stream's schemas in a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import { subjectName } from "../../registry/subject_names.ts";
import { partKey, partSettings } from "./part_settings.ts";

/** The subject of the values, or the keys, of a stream. @throws {SfcrimeError} CONFIG if it has to be set. */
export function streamSubject(settings: Settings, stream: string, part: RecordPart): string {
  const { streams, kafka, registry } = settings;
  const { subject } = partSettings(settings, stream, part);
  if (subject !== undefined) return subject;
  const { topic, topic_pattern: pattern } = streams[stream]!;
  const topics = pattern === undefined ? topic ?? [kafka.topic] : [];
  if (registry.subject_names === "topic" && topics.length === 1) {
    return subjectName("topic", { topic: topics[0]!, record: "", part });
  }
  const reason = registry.subject_names === "topic"
    ? "it reads several topics, which may have a subject each"
    : `[registry] subject_names is ${registry.subject_names}, and its type is not known`;
  const [subjectKey, schemaKey] = [partKey(part, "subject"), partKey(part, "schema")];
  throw new SfcrimeError("CONFIG", `[stream.${stream}] has no ${subjectKey}: ${reason}.`, {
    hint: `Set ${subjectKey} to that of the schema to read with, or ${schemaKey} to a file.`,
  });
}
