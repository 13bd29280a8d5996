/** The calls that are measured with, and what every run over them must answer. */
import { Answers } from "./answers.ts";
import { dispatchLines } from "./dispatches.ts";
import { generatedCalls } from "./generated_calls.ts";
import { nestedCalls } from "./nested_calls.ts";
import { repeatedCalls } from "./repeated_calls.ts";

/**
 * As a stream has them, with addresses as skewed as those of the sample or with one for nearly each call; as records
 * with structures in them; or the sample over and over; or a dispatch to each of the calls.
 */
export type CallsKind = "skewed" | "distinct" | "nested" | "repeated" | "dispatches";

/** Which calls are made. */
export interface CallsOptions {
  readonly count: number;
  readonly kind?: CallsKind;
  /** The mean number of calls a minute, if it is another one than the sample's; not for nested or repeated calls. */
  readonly perMinute?: number;
  /** Bytes that each call is longer than one of the sample, in a field that no query reads. */
  readonly padBytes?: number;
}

/** Calls as lines of NDJSON, in chunks of whole lines, and the answers that are known when all have been made. */
export function makeCalls(
  { count, kind = "skewed", ...options }: CallsOptions,
): { readonly lines: Iterable<Uint8Array<ArrayBuffer>>; readonly answers: Answers } {
  const answers = new Answers({ count, countsAddresses: kind === "distinct" });
  const observe = answers.add.bind(answers);
  if (kind === "dispatches") {
    return { lines: dispatchLines(count, answers.dispatched.add.bind(answers.dispatched)), answers };
  }
  const lines = kind === "repeated"
    ? repeatedCalls(count, observe)
    : kind === "nested"
    ? nestedCalls(count, observe)
    : generatedCalls({ count, addresses: kind, ...options }, observe);
  return { lines, answers };
}
