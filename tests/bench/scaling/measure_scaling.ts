/** Measures the figures of the scaling page: one thing is varied at a time, everything else stays as it is. */
import { ourAnalysis, sparkRun } from "../analyses.ts";
import { EmbeddedCalls } from "../embedded_calls.ts";
import { type Contender, race, type Results } from "../race.ts";
import { stateBatches } from "../state_cost.ts";
import type { Codec, Workbench } from "../workbench.ts";
import { type ScalingFigures, TOUCHED_KEYS } from "./figures.ts";
import { measureExecutors } from "./measure_executors.ts";

/** How it is measured. */
export interface ScalingOptions {
  readonly facts: readonly string[];
  readonly isQuick: boolean;
  say(line: string): void;
}

const PARTITIONS = [1, 2, 4, 8];
const WORKERS = [1, 2, 4];
const PAD_BYTES = [0, 1_600, 6_400];
/** What a call has on average. */
const CALL_BYTES = 413;
const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const STATE_KEYS = [10_000, 100_000, 1_000_000];

/** Measures all of them. */
export async function measureScaling(bench: Workbench, options: ScalingOptions): Promise<ScalingFigures> {
  const { isQuick, say, facts } = options;
  const [count, rounds] = isQuick ? [500_000, 2] : [2_000_000, 3];
  const keyCounts = isQuick ? [100_000, 500_000] : [100_000, 1_000_000, 3_000_000];
  const parts = { bench, count, rounds, say };
  return {
    facts,
    isQuick,
    rounds,
    count,
    partitions: await byPartitions(parts),
    workers: await byWorkers(parts),
    recordSizes: await byRecordSize(parts),
    codecs: await byCodec(parts),
    keys: await byKeys(parts, keyCounts),
    state: await byState(say),
    executors: await measureExecutors(bench, options),
  };
}

interface Parts {
  readonly bench: Workbench;
  readonly count: number;
  readonly rounds: number;
  say(line: string): void;
}

/** Runs one contender for each value. */
async function vary<T>(
  { rounds, say }: Parts,
  values: readonly T[],
  make: (value: T) => Promise<Contender["run"]>,
): Promise<Results> {
  const contenders = new Map<string, Contender>();
  for (const value of values) contenders.set(String(value), { rounds, run: await make(value) });
  return await race(contenders, say);
}

function perSecond(count: number, results: Results, value: number | string): number {
  return Math.round(count * 1_000 / results.median(String(value)));
}

function peakMiB(results: Results, name: number | string): number {
  return Math.round(results.median(String(name), "peakMiB"));
}

async function byPartitions(parts: Parts): Promise<ScalingFigures["partitions"]> {
  const { bench, count } = parts;
  const results = await vary(
    parts,
    PARTITIONS,
    (partitions) => ourAnalysis(bench, { query: "by_type", count, partitions }),
  );
  return PARTITIONS.map((partitions) => ({ partitions, perSecond: perSecond(count, results, partitions) }));
}

async function byWorkers(parts: Parts): Promise<ScalingFigures["workers"]> {
  const { bench, count } = parts;
  const kafka = await vary(
    parts,
    WORKERS,
    (workers) => ourAnalysis(bench, { query: "by_type", count, args: ["--workers", String(workers)] }),
  );
  const calls = new EmbeddedCalls(bench, count);
  const embedded = await vary(parts, WORKERS, (workers) => calls.runWith(workers));
  return WORKERS.map((workers) => ({
    workers,
    kafkaPerSecond: perSecond(count, kafka, workers),
    embeddedPerSecond: perSecond(count, embedded, workers),
    peakMiB: peakMiB(kafka, workers),
  }));
}

async function byRecordSize(parts: Parts): Promise<ScalingFigures["recordSizes"]> {
  const { bench, count: all } = parts;
  const count = Math.round(all / 5);
  const results = await vary(
    parts,
    PAD_BYTES,
    (padBytes) => ourAnalysis(bench, { query: "by_type", count, padBytes }),
  );
  const rows = PAD_BYTES.map((padBytes) => ({
    bytes: CALL_BYTES + padBytes,
    perSecond: perSecond(count, results, padBytes),
  }));
  return { count, rows };
}

async function byCodec(parts: Parts): Promise<ScalingFigures["codecs"]> {
  const { bench, count } = parts;
  const results = await vary(
    parts,
    CODECS,
    (codec) => ourAnalysis(bench, { query: "by_type", count, codec }),
  );
  return CODECS.map((codec) => ({
    codec,
    perSecond: perSecond(count, results, codec),
    peakMiB: peakMiB(results, codec),
  }));
}

async function byKeys(
  { bench, rounds, say }: Parts,
  keyCounts: readonly number[],
): Promise<ScalingFigures["keys"]> {
  const contenders = new Map<string, Contender>();
  const args = ["-X", "analyze.state_memory_mb=8000"];
  for (const count of keyCounts) {
    const run = await ourAnalysis(bench, { query: "by_id", count, args });
    contenders.set(`ours ${count}`, { rounds, run });
    contenders.set(`spark ${count}`, {
      rounds: 1,
      run: await sparkRun(bench, { query: "by_id", count }),
    });
  }
  const results = await race(contenders, say);
  const figuresOf = (name: string) => ({
    seconds: results.median(name) / 1_000,
    peakMiB: peakMiB(results, name),
  });
  return keyCounts.map((keys) => ({
    keys,
    ours: figuresOf(`ours ${keys}`),
    spark: figuresOf(`spark ${keys}`),
  }));
}

async function byState(say: (line: string) => void): Promise<ScalingFigures["state"]> {
  const rows = [];
  for (const keys of STATE_KEYS) {
    const { batchMs, fillMs, peakMiB } = await stateBatches({ keys, touched: TOUCHED_KEYS });
    say(`  ${keys} keys: ${batchMs} ms a batch`);
    rows.push({ keys, fillSeconds: fillMs / 1_000, batchMs, peakMiB: Math.round(peakMiB) });
  }
  return rows;
}
