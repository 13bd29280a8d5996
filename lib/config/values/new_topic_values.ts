/** What topics are like that the program creates, as it is written in flags and in the file. */
import { duration, type Kind, parsedBy } from "./values.ts";

const FOREVER = "forever";

/** How long records are kept: a duration in milliseconds, or Infinity. */
export const retention: Kind<number> = {
  schema: parsedBy((value) =>
    value.toLowerCase() === FOREVER ? Infinity : duration(1).schema.safeParse(value).data
  ),
  allowed: `${FOREVER}, or ${duration(1).allowed}`,
  choices: [FOREVER],
};

/** Settings of a topic by Kafka's names, which Kafka itself checks. */
export const topicConfig: Kind<Readonly<Record<string, string>>> = {
  schema: parsedBy((value) => {
    const pairs = value.trim().split(/\s+/).map((pair) => /^([A-Za-z0-9._-]+)=(.*)$/.exec(pair)?.slice(1));
    const names = new Set(pairs.map((pair) => pair?.[0]));
    const areValid = names.size === pairs.length && !names.has(undefined);
    return areValid ? Object.fromEntries(pairs as [string, string][]) : undefined;
  }),
  allowed: "NAME=VALUE, such as cleanup.policy=compact, several separated by spaces, each name once",
};
