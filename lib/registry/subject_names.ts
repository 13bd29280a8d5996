/** The names of subjects, by the strategies of Confluent's serializers. */

import type { RecordPart } from "./formats/stream_format.ts";

/** How subjects are named. */
export type SubjectNames = "topic" | "record" | "topic-record";

/** What a subject is named after. */
export interface SubjectOf {
  readonly topic: string;
  readonly record: string;
  readonly part: RecordPart;
}

/** The subject for the values, or the keys, of a topic. */
export function subjectName(names: SubjectNames, { topic, record, part }: SubjectOf): string {
  switch (names) {
    case "topic":
      return `${topic}-${part}`;
    case "record":
      return record;
    case "topic-record":
      return `${topic}-${record}`;
  }
}
