/** What topics are like that the program creates, as it is written in flags and in the file. */
import { z } from "zod";
import { duration, type Kind } from "./values.ts";

const FOREVER = "forever";

/** How long records are kept: a duration in milliseconds, or Infinity. */
export const retention: Kind<number> = {
  schema: z.string().transform((value, context) => {
    if (value.toLowerCase() === FOREVER) return Infinity;
    const parsed = duration(1).schema.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: "not a duration" });
    return z.NEVER;
  }),
  allowed: `${FOREVER}, or ${duration(1).allowed}`,
  choices: [FOREVER],
};

/** Settings of a topic by Kafka's names, which Kafka itself checks. */
export const topicConfig: Kind<Readonly<Record<string, string>>> = {
  schema: z.string().transform((value, context) => {
    const pairs = value.trim().split(/\s+/).map((pair) => /^([A-Za-z0-9._-]+)=(.*)$/.exec(pair)?.slice(1));
    const names = new Set(pairs.map((pair) => pair?.[0]));
    if (names.size === pairs.length && !names.has(undefined)) {
      return Object.fromEntries(pairs as [string, string][]);
    }
    context.addIssue({ code: "custom", message: "not settings" });
    return z.NEVER;
  }),
  allowed: "NAME=VALUE, such as cleanup.policy=compact, several separated by spaces, each name once",
};
