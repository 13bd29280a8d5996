/**
 * The moments at which a run of several queries may be killed: after each step of each batch. Queries that share their
 * batches are killed at the same step of the same batch, each as if it ran in a process of its own; so one resumed
 * run shows what becomes of all of them.
 */
import { Buffer } from "node:buffer";
import type { BatchStep } from "../../lib/monitoring/run_listener.ts";
import type { QueryOutput } from "./answered_query.ts";

/** The number of a step. */
export type Step = BatchStep["step"];

/** What a query has left behind, as a new process finds it. */
export interface QueryLeft extends QueryOutput {
  /** The files of the checkpoint, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How far the queries of a scenario have come. */
export interface Position {
  /** Which of its runs they are in. */
  readonly run: number;
  /** How many batches and pauses of this run they have come to. */
  readonly shown: number;
  readonly left: ReadonlyMap<string, QueryLeft>;
  /** What they had left when their last batch of this run was logged. */
  readonly logged: ReadonlyMap<string, QueryLeft>;
}

/** A moment at which queries are killed. */
export interface Kill {
  readonly step: Step;
  /** Of the queries that have just done this step: how many batches each has reported. */
  readonly reported: Readonly<Record<string, number>>;
  readonly position: Position;
}

/** A step that a query has done. */
export interface DoneStep {
  readonly query: string;
  readonly step: Step;
  readonly left: QueryLeft;
  readonly shown: number;
}

/** A batch that some of the queries share. */
interface SharedBatch {
  readonly before: Position;
  readonly done: ReadonlyMap<Step, Map<string, QueryLeft>>;
}

const STEPS = [1, 2, 3, 4] as const;

/** See the module's description. */
export class KillMoments {
  readonly #batches: SharedBatch[] = [];
  #now: Position;
  #step: Step = 4;

  /** @param from Where the run begins. */
  constructor(from: Position) {
    this.#now = from;
  }

  /** Takes what a query has left after a step. All queries of a batch log it before one of them runs it. */
  take({ query, step, left, shown }: DoneStep): void {
    this.#now = { ...this.#now, shown };
    if (step === 1 && this.#step !== 1) {
      this.#batches.push({ before: this.#now, done: new Map(STEPS.map((step) => [step, new Map()])) });
    }
    this.#step = step;
    this.#batches.at(-1)!.done.get(step)!.set(query, left);
    this.#now = after(this.#now, new Map([[query, left]]), step);
  }

  /** The moments, but for those that leave the same as the one before. */
  *kills(): Iterable<Kill> {
    for (const { before, done } of this.#batches) {
      const logged = after(before, done.get(1)!, 1);
      let last: Kill | undefined;
      for (const [step, queries] of done) {
        if (queries.size === 0) continue;
        const kill: Kill = {
          step,
          reported: Object.fromEntries([...queries].map(([name, { reported }]) => [name, reported.length])),
          position: after(logged, queries, step),
        };
        if (last === undefined || !leavesSame(last, kill)) yield kill;
        last = kill;
      }
    }
  }
}

/** Waits for a moment in another run: each of the queries comes to it by itself, as after a restart. */
export class KillMoment {
  readonly #kill: Kill;
  readonly #logged: Map<string, QueryLeft>;
  readonly #now: Map<string, QueryLeft>;
  readonly #there = new Map<string, QueryLeft>();

  /** @param from Where the run begins. */
  constructor(kill: Kill, { left, logged }: Position) {
    this.#kill = kill;
    this.#now = new Map(left);
    this.#logged = new Map(logged);
  }

  /** Takes what a query has left after a step; gives what all have left, once each that is killed has been there. */
  take({ query, step, left }: DoneStep): Position | undefined {
    const { step: last, reported, position } = this.#kill;
    this.#now.set(query, left);
    if (step === 1 && !this.#there.has(query)) this.#logged.set(query, left);
    if (step === last && left.reported.length === reported[query]) this.#there.set(query, left);
    if (this.#there.size < Object.keys(reported).length) return undefined;
    return { ...position, left: new Map([...this.#now, ...this.#there]), logged: this.#logged };
  }
}

function after(position: Position, queries: ReadonlyMap<string, QueryLeft>, step: Step): Position {
  const { left, logged } = position;
  return {
    ...position,
    left: new Map([...left, ...queries]),
    logged: step === 1 ? new Map([...logged, ...queries]) : logged,
  };
}

function leavesSame(one: Kill, other: Kill): boolean {
  return [...one.position.left].every(([name, { files, stored, reported }]) => {
    const left = other.position.left.get(name)!;
    return stored === left.stored && reported === left.reported && haveSameBytes(files, left.files);
  });
}

function haveSameBytes(one: QueryLeft["files"], other: QueryLeft["files"]): boolean {
  return one.size === other.size && [...one].every(([name, bytes]) => {
    const others = other.get(name);
    return others?.length === bytes.length && Buffer.compare(bytes, others) === 0;
  });
}
