/** Ends the queries of a scenario between batches, and starts them again from their checkpoints. */
import type {
  BatchRecords,
  Scenario,
  ScenarioBatch,
  ScenarioTrigger,
} from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";

const TRIGGERS: readonly ScenarioTrigger[] = ["processing-time", "available-now", "once"];
/** With batches of one size, which are not frequent, runs of several batches go on with `available-now`. */
const TRIGGERS_OF_SIZED: readonly ScenarioTrigger[] = [
  ...TRIGGERS,
  "available-now",
  "available-now",
  "available-now",
];

/** The scenario in several runs, some of which may have nothing new. */
export function withRestarts(scenario: Scenario, random: Random): Scenario {
  const runs = new Runs(scenario, random);
  const [first, ...rest] = scenario.batches;
  runs.add(first as BatchRecords);
  for (const batch of rest) {
    if (batch === "idle") runs.pause();
    else {
      if (runs.isFull || random.chance(0.4)) runs.restart();
      runs.add(batch as BatchRecords);
    }
  }
  if (random.chance(0.5)) runs.restart();
  return { ...scenario, trigger: runs.firstTrigger, batches: runs.batches };
}

/** The runs so far; the last one may still get batches. */
class Runs {
  readonly firstTrigger: ScenarioTrigger;
  readonly batches: ScenarioBatch[] = [];
  readonly #random: Random;
  readonly #streams: readonly string[];
  /** Whether all batches are of one size, so that a limit can make them in one run of `available-now`. */
  readonly #isSized: boolean;
  #trigger: ScenarioTrigger;
  /** The batches of the last run. */
  #count = 0;
  /** Whether each query has had a batch in the last run. */
  #isForAll = true;
  #repeats = false;

  constructor({ trigger, streams }: Scenario, random: Random) {
    this.#random = random;
    this.#streams = Object.keys(streams);
    this.#isSized = trigger === "available-now";
    this.firstTrigger = this.#trigger = random.pick(TRIGGERS);
  }

  /** Whether the last run can have no further batch. `once` would make one of several. */
  get isFull(): boolean {
    return this.#trigger === "once"
      ? this.#count > 0 || this.#repeats
      : this.#trigger === "available-now" && this.#count > 0 && !this.#isSized;
  }

  add(records: BatchRecords): void {
    const isFirst = this.batches.length === 0;
    this.#count++;
    const isWhole = isFirst || !this.isFull || this.#streams.length === 1 || this.#random.chance(0.5);
    const stream = this.#random.pick(this.#streams);
    this.batches.push(isWhole ? records : { [stream]: records[stream]! });
    if (isWhole) this.#isForAll = true;
  }

  pause(): void {
    if (this.#trigger === "processing-time") this.batches.push("idle");
  }

  /** Ends the run, and sometimes another one with nothing new. */
  restart(): void {
    const random = this.#random;
    this.#end(this.#isForAll && random.chance(0.15) ? "crash" : "restart");
    while (this.#repeats && this.#trigger === "once" || random.chance(0.2)) this.#end("restart");
  }

  /** Here, `once` repeats a batch and then reads what is new; in Spark the next run does. So nothing is new there. */
  #end(how: "restart" | "crash"): void {
    this.#trigger = this.#random.pick(this.#isSized ? TRIGGERS_OF_SIZED : TRIGGERS);
    this.batches.push(`${how} ${this.#trigger}`);
    this.#repeats = how === "crash";
    [this.#count, this.#isForAll] = [0, false];
  }
}
