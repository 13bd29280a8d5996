/** Logs that are copied, restored and written on in any order, held to what has been read of them. */
import { equal } from "assert";
import fc from "fast-check";
import { join } from "node:path";
import { epochsBefore, firstDivergence } from "../../lib/analyze/source/log_epochs.ts";
import type { LogEpoch } from "../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { tempDir } from "../support/temp_dir.ts";

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("back up" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const) }) },
  ),
  { minLength: 4, maxLength: 14 },
);

Deno.test("A log that is as long as what was read of it is the one that was read exactly where all its records are", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (each) => {
      await using directory = await tempDir();
      const at = (name: string) => join(directory.path, name);
      /** Every record has a name of its own. */
      let names = 0;
      let [log, copy]: [number[], number[] | undefined] = [[], undefined];
      const reads: { readonly records: readonly number[]; readonly epoch: LogEpoch }[] = [];
      const opened = async <T>(body: (broker: ReturnType<typeof openEmbeddedBroker>) => Promise<T>) => {
        const broker = openEmbeddedBroker(at("broker.db"));
        try {
          return await body(broker);
        } finally {
          await broker.close();
        }
      };
      await opened((broker) => broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 }));
      for (const step of each) {
        if (step.kind === "append") {
          const records = Array.from({ length: step.count }, () => names++);
          log.push(...records);
          await opened(async (broker) => {
            const appender = await broker.openAppender({ codec: "none", acks: "all" });
            for (const record of records) {
              const value = new TextEncoder().encode(String(record));
              await appender.append("t", [{
                partition: 0,
                records: RecordsBuilder.of([{ key: null, value, timestampMs: 0 }]),
              }]);
            }
            await appender.close();
          });
        } else if (step.kind === "back up") {
          await Deno.copyFile(at("broker.db"), at("copy.db"));
          copy = [...log];
        } else if (step.kind === "restore" && copy !== undefined) {
          await Deno.copyFile(at("copy.db"), at("broker.db"));
          log = [...copy];
        } else if (step.kind === "read" && log.length > 0) {
          const ends = new Map([["t", new Map([[0, log.length]])]]);
          const epochs = await opened((broker) => epochsBefore(broker, ends));
          reads.push({ records: [...log], epoch: epochs["t"]!["0"]! });
        }
      }
      await opened(async (broker) => {
        for (const { records, epoch } of reads) {
          // A log that is shorter than what was read is told by its end.
          if (records.length > log.length) continue;
          const range = { topic: "t", partition: 0, from: epoch.start, to: records.length };
          const found = firstDivergence(await broker.logEpochs!(range), epoch);
          const differs = records.findIndex((record, offset) => log[offset] !== record);
          equal(found !== undefined, differs >= 0, `${records} was read, ${log} is there: ${found}`);
        }
      });
    }),
    { numRuns: 60 },
  );
});
