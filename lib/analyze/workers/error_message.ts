import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { ErrorMessage } from "./messages.ts";

/** Converts an error to a message. */
export function toErrorMessage(thrown: unknown): ErrorMessage {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof SfcrimeError) {
    const { code, message, hint, retriable } = thrown;
    return { code, message, hint, retriable, stack };
  }
  return { code: "INTERNAL", message: messageOf(thrown), hint: undefined, retriable: false, stack };
}

/** Converts a message to an error. */
export function fromErrorMessage({ code, message, hint, retriable, stack }: ErrorMessage): SfcrimeError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new SfcrimeError(code, message, { retriable, cause, ...(hint === undefined ? {} : { hint }) });
}
