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
