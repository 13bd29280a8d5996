/** A binary min-heap of times. */
import type { Micros } from "../../records/values/micros.ts";

/** See the module's description. */
export class TimeHeap {
  #times: Micros[] = [];

  get size(): number {
    return this.#times.length;
  }

  add(time: Micros): void {
    this.#times.push(time);
    for (let at = this.#times.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= this.#times[at]!) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  /** Removes and returns the times up to one, inclusive: earliest first. */
  *removeUntil(time: Micros): Iterable<Micros> {
    for (let [earliest] = this.#times; earliest !== undefined && earliest <= time; [earliest] = this.#times) {
      this.#removeEarliest();
      yield earliest;
    }
  }

  #removeEarliest(): void {
    const last = this.#times.pop();
    if (this.#times.length === 0 || last === undefined) return;
    this.#times[0] = last;
    this.#sink();
  }

  /** Replaces all times. */
  replace(times: Iterable<Micros>): void {
    // Sorted times are a heap.
    this.#times = [...times].sort((left, right) => left < right ? -1 : 1);
  }

  #sink(): void {
    for (let at = 0;;) {
      const left = 2 * at + 1;
      if (left >= this.#times.length) return;
      const right = left + 1;
      const child = right < this.#times.length && this.#times[right]! < this.#times[left]! ? right : left;
      if (this.#times[at]! <= this.#times[child]!) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(left: number, right: number): void {
    [this.#times[left], this.#times[right]] = [this.#times[right]!, this.#times[left]!];
  }
}

/** The latest of some times; undefined if there are none. */
export function latestOf(times: Iterable<Micros>): Micros | undefined {
  let latest: Micros | undefined;
  for (const time of times) if (latest === undefined || time > latest) latest = time;
  return latest;
}
