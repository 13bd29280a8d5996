/** Runs what is compared alternately, so that a machine that is busy for a while is so for all of them. */
import { median } from "./measure.ts";

/** What one run took. */
export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** What a row takes in state, where that is measured. */
  readonly stateRowBytes?: number;
}

/** One of those that are compared. */
export interface Contender {
  readonly rounds: number;
  /** Runs once, from start to exit, and fails when the answer is wrong. */
  run(): Promise<Sample>;
}

/** All runs, by the contender's name. */
export class Results {
  readonly #samples = new Map<string, Sample[]>();

  add(name: string, sample: Sample): void {
    const samples = this.#samples.get(name) ?? [];
    samples.push(sample);
    this.#samples.set(name, samples);
  }

  samples(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#samples.has(name);
  }

  /** The median of one figure of a contender's runs. */
  median(name: string, figure: keyof Sample = "wallMs"): number {
    return median(this.samples(name).map((sample) => sample[figure] ?? NaN));
  }

  names(): readonly string[] {
    return [...this.#samples.keys()];
  }
}

/**
 * Runs each contender as often as it says, in rounds of one run each; every other round goes backwards. Returns the
 * results, with their runs added.
 */
export async function race(
  contenders: ReadonlyMap<string, Contender>,
  say: (line: string) => void,
  results = new Results(),
): Promise<Results> {
  const roundsMax = Math.max(0, ...[...contenders.values()].map(({ rounds }) => rounds));
  for (let round = 0; round < roundsMax; round++) {
    const running = [...contenders].filter(([, { rounds }]) => round < rounds);
    for (const [name, contender] of round % 2 === 0 ? running : running.toReversed()) {
      const sample = await contender.run();
      results.add(name, sample);
      const { wallMs, cpuMs, peakMiB } = sample;
      say(
        `  round ${round + 1}, ${name}: ${Math.round(wallMs)} ms, ` +
          `${Math.round(cpuMs)} ms of CPU, ${Math.round(peakMiB)} MiB`,
      );
    }
  }
  return results;
}
