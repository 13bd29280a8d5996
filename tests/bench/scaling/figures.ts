/**
 * What the scaling page is made of: figures that `deno task bench --scaling` has measured, in `figures.json`. The page
 * is made from them, so that its arithmetic can be read, tested and changed without measuring again.
 */
import type { ClusterRun } from "./cluster_model.ts";

/** All figures. */
export interface ScalingFigures {
  /** The machine, and the programs. */
  readonly facts: readonly string[];
  readonly isQuick: boolean;
  readonly rounds: number;
  /** The calls that are counted, unless said otherwise. */
  readonly count: number;
  readonly partitions: readonly { readonly partitions: number; readonly perSecond: number }[];
  readonly workers: readonly {
    readonly workers: number;
    readonly kafkaPerSecond: number;
    readonly embeddedPerSecond: number;
    readonly peakMiB: number;
  }[];
  readonly recordSizes: {
    readonly count: number;
    readonly rows: readonly { readonly bytes: number; readonly perSecond: number }[];
  };
  readonly codecs: readonly {
    readonly codec: string;
    readonly perSecond: number;
    readonly peakMiB: number;
  }[];
  readonly keys: readonly {
    readonly keys: number;
    readonly ours: { readonly seconds: number; readonly peakMiB: number };
    readonly spark: { readonly seconds: number; readonly peakMiB: number };
  }[];
  readonly state: readonly {
    readonly keys: number;
    readonly fillSeconds: number;
    readonly batchMs: number;
    readonly peakMiB: number;
  }[];
  /** Missing until they have been measured. */
  readonly executors?: ExecutorFigures;
}

/** Runs by Spark Connect, and ours beside them; in seconds from start to exit, medians of the rounds. */
export interface ExecutorFigures {
  /** The load of the machine when they were measured. */
  readonly load: string;
  readonly rounds: number;
  /** The cores that the executors share with Kafka and the driver. */
  readonly cores: number;
  /** The local engine, with as many records as the largest run. */
  readonly oursSeconds: number;
  readonly runs: readonly (ClusterRun & { readonly executors: number })[];
}

/** The keys of its state that each batch updates. */
export const TOUCHED_KEYS = 1_000;

const FILE = new URL("figures.json", import.meta.url);

/** The figures of the last runs. */
export function readFigures(): ScalingFigures {
  return JSON.parse(Deno.readTextFileSync(FILE)) as ScalingFigures;
}

/** Keeps new ones; the page is made from them by `make_docs.ts`. */
export function writeFigures(figures: ScalingFigures): void {
  Deno.writeTextFileSync(FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}

/** The bytes that each key takes, from the difference between the two largest runs. */
export function keyBytes(rows: ScalingFigures["keys"]): { readonly ours: number; readonly spark: number } {
  const [less, most] = rows.slice(-2) as [ScalingFigures["keys"][number], ScalingFigures["keys"][number]];
  const bytes = (who: "ours" | "spark") =>
    Math.round((most[who].peakMiB - less[who].peakMiB) * 2 ** 20 / (most.keys - less.keys));
  return { ours: bytes("ours"), spark: bytes("spark") };
}
