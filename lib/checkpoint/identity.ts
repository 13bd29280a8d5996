/**
 * What of a query its checkpoint depends on. Limits, filters, triggers and sinks may change from one run to
 * the next; what is read and what is kept may not.
 */
import { SfcrimeError } from "../base/errors.ts";

/** See the module's description; plain data, kept in the checkpoint. */
export interface QueryIdentity {
  readonly query: string;
  readonly sql: string;
  readonly outputMode: string;
  /** The selections of topics that are read, as text for people. */
  readonly reads: readonly string[];
  /** What each stateful operator keeps, as text for people: keys, aggregates, types. */
  readonly state: readonly string[];
}

/**
 * Holds the query as it is to the one that the checkpoint was made by.
 *
 * @throws {SfcrimeError} CONFIG, with both versions, where the checkpoint cannot go on with the query.
 */
export function requireSame(directory: string, kept: QueryIdentity, now: QueryIdentity): void {
  if (kept.reads.join("\n") !== now.reads.join("\n")) {
    throw changed(directory, kept.query, "source", kept.reads, now.reads);
  }
  if (kept.state.join("\n") !== now.state.join("\n")) {
    throw changed(directory, kept.query, "state", kept.state, now.state);
  }
  if (kept.outputMode !== now.outputMode) {
    throw changed(directory, kept.query, "output mode", [kept.outputMode], [now.outputMode]);
  }
}

function changed(
  directory: string,
  query: string,
  what: string,
  before: readonly string[],
  after: readonly string[],
): SfcrimeError {
  const list = (items: readonly string[]) =>
    items.length === 0 ? "    (none)" : items.map((item) => `    ${item}`).join("\n");
  return new SfcrimeError(
    "CONFIG",
    `The query ${query} has another ${what} than its checkpoint ${directory}.\n` +
      `  The checkpoint has:\n${list(before)}\n  The query now has:\n${list(after)}`,
    { hint: "Start anew with another --checkpoint, or give the query the form that it had." },
  );
}
