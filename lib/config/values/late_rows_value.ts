/** Where late records go. */
import { type Kind, parsedBy, topicName } from "./values.ts";

/** A file, or a topic on the broker that the stream is read from. */
export type LateRowsPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kafka"; readonly topic: string };

/** A topic is written as for a sink, so a file with such a name has to be written as `./kafka:…`. */
export const lateRowsPlace: Kind<LateRowsPlace> = {
  schema: parsedBy((value): LateRowsPlace | undefined => {
    const [, topic] = /^kafka:(.*)$/is.exec(value) ?? [];
    if (topic === undefined) return { kind: "file", path: value };
    return topicName.schema.safeParse(topic).success ? { kind: "kafka", topic } : undefined;
  }),
  allowed: `a path, or kafka:TOPIC with ${topicName.allowed}`,
};
