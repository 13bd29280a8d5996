/** A key of a section. */
export interface Entry {
  /** INI text; empty if the key is unset by default. */
  readonly default: string;
  /** One or two sentences; the first is also in `--help`. */
  readonly doc: string;
}
