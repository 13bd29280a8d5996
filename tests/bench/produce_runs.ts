/** Producing a file of calls, by our program and by kcat. */
import { equal } from "assert";
import { measure } from "./measure.ts";
import { readThrough } from "./page_cache.ts";
import { fromSource, kcatWrite } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";

/** Partitions of the topic that has many of them. */
export const PARTITIONS_MANY = 1_000;

/** Produces so many calls into a new topic. */
export async function produceRun(
  bench: Workbench,
  { who, count }: { readonly who: "ours" | "kcat"; readonly count: number },
): Promise<() => Promise<Sample>> {
  const { place: file } = await bench.callsFile(count);
  return async () => {
    readThrough(file);
    const topic = await bench.newTopic();
    const command = who === "kcat"
      ? kcatWrite(bench.servers, topic, file)
      : fromSource("-b", bench.servers, "--topic", topic, "produce", "--input", file);
    const sample = await measure(command, { cwd: bench.path });
    equal(await bench.size(topic), count, "not every record has arrived");
    await bench.deleteTopic(topic);
    return sample;
  };
}

/** The topic stays, and has records before: Kafka writes files of its own, to the disk, for each new partition. */
export async function manyPartitionsRun(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const { place: file } = await bench.callsFile(count);
  const topic = await bench.newTopic({ partitions: PARTITIONS_MANY });
  const command = fromSource("-b", bench.servers, "--topic", topic, "produce", "--input", file);
  const run = () => measure(command, { cwd: bench.path });
  await run();
  let size = await bench.size(topic);
  return async () => {
    readThrough(file);
    const sample = await run();
    equal(await bench.size(topic), size += count, "not every record has arrived");
    return sample;
  };
}
