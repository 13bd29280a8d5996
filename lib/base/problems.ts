/** Errors that are independent of each other are collected, and reported at once. */
import { type ErrorCode, SfcrimeError } from "./errors.ts";

/**
 * Several errors as one: their messages, each followed by its hint. A single error stays itself.
 *
 * @param errors At least one.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { type ErrorCode, SfcrimeError } from "./errors.ts";
 * const errors = [new SfcrimeError("CONFIG", "a is wrong.", { hint: "Remove it." }), new SfcrimeError("SQL", "So is b.")];
 * equal(joined(errors).message, "a is wrong.\n  Remove it.\nSo is b.");
 * equal(joined(errors.slice(0, 1)).hint, "Remove it.");
 * ```
 */
export function joined(errors: readonly SfcrimeError[]): SfcrimeError {
  const [first] = errors;
  if (first === undefined) throw new Error("no errors to join");
  if (errors.length === 1) return first;
  const { code } = errors.find(({ exitCode }) => exitCode === 2) ?? first;
  const texts = errors.map(({ message, hint }) => hint === undefined ? message : `${message}\n  ${hint}`);
  return new SfcrimeError(code, texts.join("\n"), { cause: first });
}

/** Collects errors. */
export class Problems {
  readonly #errors: SfcrimeError[] = [];

  /** Returns a result, or undefined if it could not be computed; the error is then collected. */
  async attempt<T>(compute: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await compute();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** The same, without waiting. */
  attemptSync<T>(compute: () => T): T | undefined {
    try {
      return compute();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Adds an error. Anything that is not for users is thrown. */
  add(error: unknown): void {
    if (!(error instanceof SfcrimeError)) throw error;
    // Two checks may find the same.
    if (this.#errors.some(({ message }) => message === error.message)) return;
    this.#errors.push(error);
  }

  /** Whether an error with a code was added. */
  has(code: ErrorCode): boolean {
    return this.#errors.some((error) => error.code === code);
  }

  /** Throws what was collected. @throws {SfcrimeError} */
  refuse(): void {
    if (this.#errors.length > 0) throw joined(this.#errors);
  }
}
