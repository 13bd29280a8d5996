/** An analysis that is killed after a given step of a given batch, by a process that is killed or without one. */
import { analyze } from "../../lib/analyze/analyze.ts";
import type { AnalyzeOptions } from "../../lib/analyze/analyze_options.ts";
import { type Host, systemHost } from "../../lib/base/host.ts";
import { outputTo } from "../../lib/base/files/output.ts";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { loadSettings } from "../../lib/config/settings.ts";
import { planAnalysis } from "../../lib/plan/plan_analysis.ts";
import { MACHINE } from "./plan_from.ts";

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

const IDLE_TIMEOUT = "30m";
const IDLE_MS = 3_600_000;

/** Runs to the end; `kill` is called at the moment of the kill, and does not return. */
export async function runUntilKilled(
  run: CrashRun,
  { kill, ...ports }: Pick<AnalyzeOptions, "broker" | "spawn"> & { readonly kill: () => never },
): Promise<void> {
  const flags = {
    trigger: "available-now",
    sink: run.sink,
    checkpoint: run.checkpoint,
    workers: String(run.workers),
    max_offsets_per_trigger: String(run.maxOffsetsPerTrigger),
    flush_at_end: String(run.flushAtEnd ?? false),
    idle_timeout: IDLE_TIMEOUT,
  };
  const settings = loadSettings({
    flags: Object.entries(flags).map(([key, value]) => ({ setting: `analyze.${key}`, flag: key, value })),
    properties: [],
    environment: {},
    file: { path: "test.cfg", text: run.config },
  });
  let passedMs = 0;
  const host: Host = { ...systemHost, monotonicMs: () => systemHost.monotonicMs() + passedMs };
  await analyze({
    ...ports,
    address: run.address,
    plan: await planAnalysis(settings, { ...MACHINE, names: [run.query] }),
    output: outputTo(Deno.stdout, "stdout"),
    host,
    signal: new AbortController().signal,
    listener: {
      step: ({ batchId: batch, step }) => {
        if (step === 4 && batch >= (run.idleFromBatch ?? Infinity)) passedMs += IDLE_MS;
        if (batch === run.killAt?.batch && step === run.killAt.step) kill();
      },
    },
  });
}
