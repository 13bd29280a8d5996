/** Java's generator of random numbers: a linear congruence modulo 2^48, as `java.util.Random` documents it. */
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;

/** See the module's description. */
export class JavaRandom {
  #state: bigint;

  constructor(state: bigint) {
    this.#state = state;
  }

  /** The state that a seed begins with. */
  static stateOf(seed: bigint): bigint {
    return (seed ^ MULTIPLIER) & MASK;
  }

  get state(): bigint {
    return this.#state;
  }

  /** The next number from 0 on, below 1. */
  nextDouble(): number {
    return (this.#next(26) * 2 ** 27 + this.#next(27)) / 2 ** 53;
  }

  #next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + INCREMENT) & MASK;
    return Number(this.#state >> BigInt(48 - bits));
  }
}
