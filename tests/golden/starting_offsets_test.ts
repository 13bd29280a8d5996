/** Where new queries start, beside the records that a real Spark has read; see `starting_offsets/make.ts`. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { systemClock } from "../../lib/base/clock.ts";
import { Source } from "../../lib/analyze/source/source.ts";
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { openBroker } from "../support/brokers.ts";
import { tempDir } from "../support/temp_dir.ts";
import { CASES, fillTopic, type StartCase } from "./starting_offsets/cases.ts";

type Answer = { readonly records: readonly string[] } | { readonly error: string };

const ANSWERS = JSON.parse(
  await Deno.readTextFile(new URL("starting_offsets/answers.json", import.meta.url)),
) as Readonly<Record<string, Answer>>;

/** The records that a new query reads. */
async function recordsHere(broker: Broker, { start, strategy }: StartCase): Promise<string[]> {
  const source = await Source.open({
    broker,
    clock: systemClock,
    selections: [{ kind: "names", topics: ["t"] }],
    failOnDataLoss: true,
    ...(strategy === undefined ? {} : { timestampStrategy: strategy }),
  }, start);
  const limits = { maxOffsetsPerTrigger: undefined, maxOffsetsPerPartition: undefined };
  return source.plan(await source.latest(), limits).ranges.flatMap(({ partition, from, to }) =>
    Array.from({ length: to - from }, (_, index) => `${partition}: ${from + index}`)
  );
}

Deno.test("A new query reads the same records as Spark from its starting offsets, or is rejected as in Spark", async (t) => {
  await using directory = await tempDir();
  const broker = await openBroker({ kind: "embedded", path: join(directory.path, "broker.db") });
  try {
    await fillTopic(broker);
    equal(Object.keys(ANSWERS).length, CASES.length);
    for (const start of CASES) {
      await t.step(start.name, async () => {
        const answer = ANSWERS[start.name]!;
        const here = await recordsHere(broker, start).catch((error: unknown) => error);
        if ("records" in answer) {
          deepEqual(here, answer.records);
          return;
        }
        ok(here instanceof SfcrimeError, String(here));
        // Where Spark names a partition and a time, the message here does so, too, and says what to do.
        const [, partition, time] = /topic-partition (t-\d) and timestamp (\d+)/.exec(answer.error) ?? [];
        if (partition === undefined) equal(here.code, "USAGE");
        else match(here.message, new RegExp(`${partition} \\(${new Date(Number(time)).toISOString()}\\)`));
        ok(here.hint !== undefined);
      });
    }
  } finally {
    await broker.close();
  }
});
