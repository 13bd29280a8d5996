/** The names of subjects, by the strategies of Confluent's serializers. */

/** How subjects are named. */
export type SubjectNames = "topic" | "record" | "topic-record";

/** The subject for the values of a topic. */
export function subjectName(
  names: SubjectNames,
  { topic, record }: { readonly topic: string; readonly record: string },
): string {
  switch (names) {
    case "topic":
      return `${topic}-value`;
    case "record":
      return record;
    case "topic-record":
      return `${topic}-${record}`;
  }
}
