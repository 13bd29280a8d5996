/** Where late records go. */
import { z } from "zod";
import { type Kind, topicName } from "./values.ts";

/** A file, or a topic on the broker that the stream is read from. */
export type LateRowsPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kafka"; readonly topic: string };

/** A topic is written as for a sink, so a file with such a name has to be written as `./kafka:…`. */
export const lateRowsPlace: Kind<LateRowsPlace> = {
  schema: z.string().transform((value, context): LateRowsPlace => {
    const [, topic] = /^kafka:(.*)$/is.exec(value) ?? [];
    if (topic === undefined) return { kind: "file", path: value };
    if (topicName.schema.safeParse(topic).success) return { kind: "kafka", topic };
    context.addIssue({ code: "custom", message: "not a topic" });
    return z.NEVER;
  }),
  allowed: `a path, or kafka:TOPIC with ${topicName.allowed}`,
};
