/**
 * An analysis that kills its own process, as hard as a machine does, when a given step of a given batch is
 * done. Its one argument is a {@link CrashRun} as JSON.
 */
import { analyze } from "../../lib/analyze/analyze.ts";
import { checkpointDirectories } from "../../lib/plan/checkpoints.ts";
import { planAnalysis } from "../../lib/plan/plan_analysis.ts";
import { type Clock, systemClock } from "../../lib/base/clock.ts";
import { configureLogging } from "../../lib/base/log.ts";
import { outputTo } from "../../lib/base/files/output.ts";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { openBroker } from "../support/brokers.ts";
import { loadSettings } from "../../lib/config/settings.ts";

/** What is run, and when it ends. */
export interface CrashRun {
  readonly address: BrokerAddress;
  readonly config: string;
  readonly query: string;
  readonly sink: string;
  readonly checkpoint: string;
  readonly workers: number;
  readonly maxOffsetsPerTrigger: number;
  readonly killAt?: { readonly batch: number; readonly step: number };
  readonly flushAtEnd?: boolean;
  /** From the end of this batch on, so much time passes after each that a silent stream counts as idle. */
  readonly idleFromBatch?: number;
}

const IDLE_TIMEOUT_MS = 1_800_000;
const IDLE_MS = 2 * IDLE_TIMEOUT_MS;

if (import.meta.main) {
  const run = JSON.parse(Deno.args[0]!) as CrashRun;
  configureLogging({ level: "warning", format: "text", writeLine: () => {} });
  const flags = { trigger: "available-now", sink: run.sink, checkpoint: run.checkpoint };
  const settings = loadSettings({
    flags: Object.entries(flags).map(([key, value]) => ({ setting: `analyze.${key}`, flag: key, value })),
    properties: [],
    environment: {},
    file: { path: "test.cfg", text: run.config },
  });
  const planned = await planAnalysis(settings, [run.query]);
  const broker = await openBroker(run.address);
  let passedMs = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
  await analyze({
    broker,
    address: run.address,
    planned,
    startingOffsets: "earliest",
    limits: { maxOffsetsPerTrigger: run.maxOffsetsPerTrigger, maxRatePerPartition: undefined },
    workerCount: run.workers,
    withBatch: false,
    output: outputTo(Deno.stdout, "stdout"),
    clock,
    flushAtEnd: run.flushAtEnd ?? false,
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    signal: new AbortController().signal,
    checkpoints: checkpointDirectories(settings, planned.queries, run.checkpoint),
    listener: {
      step: ({ batchId: batch, step }) => {
        if (step === 4 && batch >= (run.idleFromBatch ?? Infinity)) passedMs += IDLE_MS;
        if (batch === run.killAt?.batch && step === run.killAt.step) Deno.kill(Deno.pid, "SIGKILL");
      },
    },
  });
  await broker.close();
}
