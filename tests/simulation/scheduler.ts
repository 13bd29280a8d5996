/**
 * The order of everything that happens in a simulation: one heap of events, by simulated time. Nothing waits for
 * real time, and nothing else decides what comes next.
 */
import { setImmediate } from "node:timers";

interface Event {
  readonly atMs: number;
  /** Events of the same time happen in the order in which they were scheduled. */
  readonly order: number;
  readonly label: string;
  readonly run: () => void;
}

/** Everything that was awaited has gone on as far as it can. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** See the module's description. */
export class Scheduler {
  #nowMs = 0;
  #order = 0;
  readonly #heap: Event[] = [];
  /** What happened, an event a line. */
  readonly trace: string[] = [];

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Makes something happen later; after an infinite time, never. */
  after(delayMs: number, label: string, run: () => void): void {
    if (delayMs === Infinity) return;
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, label, run });
  }

  /** Notes something that happens now. */
  note(label: string): void {
    this.trace.push(`${this.#nowMs.toFixed(3)} ${label}`);
  }

  /**
   * Runs events until the promise is settled, and returns its result.
   *
   * @throws {Error} If nothing is left to happen, or too much happens.
   */
  async runUntil<T>(promise: Promise<T>, eventsMax: number): Promise<T> {
    let isSettled = false;
    const settling = promise.then(
      () => void (isSettled = true),
      () => void (isSettled = true),
    );
    await settled();
    for (let events = 0; !isSettled; events++) {
      const event = this.#pop();
      if (event === undefined) throw new Error("Nothing is left to happen, and the run has not ended.");
      if (events >= eventsMax) throw new Error(`The run has not ended after ${eventsMax} events.`);
      this.#nowMs = event.atMs;
      this.note(event.label);
      event.run();
      await settled();
    }
    await settling;
    return await promise;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
