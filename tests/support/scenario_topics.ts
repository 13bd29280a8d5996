/** The batches of a scenario as topics of a broker. */
import type { Broker } from "../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import type { RunEnds, TopicEnds } from "./revealing_broker.ts";
import { byPartition, runsOf, type Scenario } from "./stream_scenario.ts";

/** Appends the batches of all runs, and gives the ends behind them. */
export async function appendRuns(scenario: Scenario, broker: Broker): Promise<RunEnds[]> {
  const { streams, partitions = 1 } = scenario;
  const names = Object.keys(streams);
  for (const name of names) {
    await broker.createTopic(name, {
      numPartitions: partitions,
      replicationFactor: 1,
      config: { "retention.ms": "-1" },
    });
  }
  const endOf = async (): Promise<TopicEnds> =>
    new Map(
      await Promise.all(names.map(async (name) => [name, await broker.listOffsets(name, "latest")] as const)),
    );
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const runs: RunEnds[] = [];
  for (const { batches } of runsOf(scenario)) {
    const before = await endOf();
    const ends: (TopicEnds | undefined)[] = [];
    for (const batch of batches) {
      if (batch === "idle") {
        ends.push(undefined);
        continue;
      }
      for (const name of names) {
        const parts = byPartition(batch, name, partitions).map((records, partition) => ({
          partition,
          records: RecordsBuilder.of(records),
        })).filter(({ records }) => records.count > 0);
        if (parts.length > 0) await appender.append(name, parts);
      }
      ends.push(await endOf());
    }
    runs.push({ before, batches: ends });
  }
  await appender.close();
  return runs;
}
