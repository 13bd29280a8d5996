/** Random choices that a seed decides, so that every case can be made again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Seeds that are neighbours begin alike.
    for (let count = 0; count < 4; count++) this.next();
  }

  /** A number from 0 up to, but without, 1. The generator is mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number between two bounds, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** Does one of the choices. */
  oneOf<T>(...choices: readonly (() => T)[]): T {
    return this.pick(choices)();
  }

  /** Some of the items, at least one, in their order. */
  some<T>(items: readonly T[], probability = 0.5): T[] {
    const taken = items.filter(() => this.chance(probability));
    return taken.length > 0 ? taken : [this.pick(items)];
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items.map((item) => ({ item, order: this.next() })).sort((a, b) => a.order - b.order).map((
      { item },
    ) => item);
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
