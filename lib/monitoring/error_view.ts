/** The error that ended a query, for people. */
import { messageOf, SfcrimeError } from "../base/errors.ts";

/** An error that ended a query. */
export interface ErrorView {
  /** Its class, such as `DATA_LOSS`; `INTERNAL` for a bug, null if only the message is known. */
  readonly code: string | null;
  readonly message: string;
  /** What to do. */
  readonly hint: string | null;
  /** Everything, with its causes. */
  readonly text: string;
}

/** Causes that are shown; there may be a circle of them. */
const CAUSES_MAX = 10;

/** Shows anything that was thrown, with its causes. */
export function errorView(thrown: unknown): ErrorView {
  const { code, hint } = thrown instanceof SfcrimeError ? thrown : { code: "INTERNAL", hint: undefined };
  const lines = [messageOf(thrown)];
  if (hint !== undefined) lines.push(hint);
  let cause = causeOf(thrown);
  for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
    // Some errors are the causes of themselves, with more details.
    if (!lines.includes(messageOf(cause))) lines.push(`Caused by: ${messageOf(cause)}`);
    cause = causeOf(cause);
  }
  return { code, message: messageOf(thrown), hint: hint ?? null, text: lines.join("\n") };
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}
