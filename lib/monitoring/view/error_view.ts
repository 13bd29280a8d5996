/** The error that ended a query, for people. */
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { ErrorView } from "./query_view.ts";

/** Causes that are shown; there may be a circle of them. */
const CAUSES_MAX = 10;

/** Shows anything that was thrown, with its causes. */
export function errorView(thrown: unknown): ErrorView {
  const hint = thrown instanceof SfcrimeError ? thrown.hint ?? null : null;
  const lines = [messageOf(thrown)];
  if (hint !== null) lines.push(hint);
  let cause = causeOf(thrown);
  for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
    // Some errors are the causes of themselves, with more details.
    if (!lines.includes(messageOf(cause))) lines.push(`Caused by: ${messageOf(cause)}`);
    cause = causeOf(cause);
  }
  return { message: messageOf(thrown), hint, text: lines.join("\n") };
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}
