/**
 * A generator of pseudorandom numbers: sfc32, of Chris Doty-Humphrey's PractRand. Its state is a seed of 128 bits, which
 * is what tells a row apart, mixed by the quarter round of ChaCha. That can be undone, so no two rows of a partition have
 * the same seed.
 */

/** What a row is told apart by: 64 bits. */
export type RowWords = readonly [low: number, high: number];

/** After four of them each bit depends on each bit that it began with. */
const ROUNDS = 8;

/** The seed of 16 bytes for a row of a place, and the number of its copy. */
export function seedOf(base: Int32Array, [low, high]: RowWords, count: number): Uint8Array {
  let [a, b, c, d] = [base[0]! ^ low, base[1]! ^ high, base[2]! ^ count, base[3]!];
  for (let round = 0; round < ROUNDS; round++) {
    a = (a + b) | 0;
    d = rotated(d ^ a, 16);
    c = (c + d) | 0;
    b = rotated(b ^ c, 12);
    a = (a + b) | 0;
    d = rotated(d ^ a, 8);
    c = (c + d) | 0;
    b = rotated(b ^ c, 7);
  }
  return new Uint8Array(Int32Array.of(a, b, c, d).buffer);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The numbers that follow from a seed. */
export class Generator {
  readonly #state: Int32Array;

  constructor(seed: Uint8Array) {
    this.#state = new Int32Array(seed.slice().buffer);
  }

  /** From 0 up to 1, which it never is: one of the 2⁵³ multiples of 2⁻⁵³, as in Java. */
  double(): number {
    const high = advance(this.#state) >>> 6;
    return (high * 2 ** 27 + (advance(this.#state) >>> 5)) / 2 ** 53;
  }

  /** An integer from 0 up to a bound that is far below 2⁵³. */
  below(bound: number): number {
    return Math.floor(this.double() * bound);
  }

  /** Of the standard normal distribution: the polar method of Marsaglia. */
  gaussian(): number {
    for (;;) {
      const [x, y] = [2 * this.double() - 1, 2 * this.double() - 1];
      const square = x * x + y * y;
      if (square < 1 && square > 0) return x * Math.sqrt(-2 * Math.log(square) / square);
    }
  }
}

/** Advances a state; returns 32 bits. */
function advance(state: Int32Array): number {
  const [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
  const result = (a + b + d) | 0;
  state[3] = d + 1;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + result;
  return result;
}
