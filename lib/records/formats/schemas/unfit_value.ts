/** A value that its schema cannot have; its message is a part of a sentence. */
export class UnfitValue extends Error {
  override readonly name = "UnfitValue";
  readonly #path: readonly string[];
  readonly #problem: string;

  constructor(problem: string, path: readonly string[] = []) {
    super(path.length === 0 ? problem : `${path.join(".").replaceAll(".[", "[")}: ${problem}`);
    this.#problem = problem;
    this.#path = path;
  }

  /** The same problem, of a part of something. */
  within(name: string): UnfitValue {
    return new UnfitValue(this.#problem, [name, ...this.#path]);
  }
}

/** JSON that has to be an object. @throws {UnfitValue} */
export function objectOf(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw unfit(json, "an object");
  return json as Readonly<Record<string, unknown>>;
}

/** Reads or writes a part, whose name an error then has. */
export function within<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnfitValue ? error.within(name) : error;
  }
}

/** The error for JSON that is something else. */
export function unfit(json: unknown, expected: string): UnfitValue {
  const text = JSON.stringify(json, (_key, value) => typeof value === "bigint" ? String(value) : value);
  return new UnfitValue(`${text.length > 40 ? `${text.slice(0, 40)}…` : text} is not ${expected}`);
}
