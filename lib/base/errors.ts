/**
 * The error type for everything that sfcrime reports to users, with a closed set of codes.
 *
 * A message is a full sentence that says what is wrong and where; the hint says what is allowed or what to do
 * next. Anything else that is thrown is a bug, and is reported as one.
 */

/** The code of an error, by which callers and JSON logs tell failures apart. */
export type ErrorCode =
  | "USAGE"
  | "CONFIG"
  | "SQL"
  | "FILE_MISSING"
  | "INPUT"
  | "BROKER_UNREACHABLE"
  | "BROKER"
  | "TOPIC_MISSING"
  | "GROUP_MISSING"
  | "GROUP_IN_USE"
  | "OFFSET_OUT_OF_RANGE"
  | "DATA_LOSS"
  | "CORRUPT"
  | "DISK_FULL"
  | "OUTPUT"
  | "OUTPUT_CLOSED"
  | "CHECKPOINT"
  | "QUERY_FAILED"
  | "SPARK"
  | "SPARK_UNREACHABLE"
  | "REGISTRY"
  | "REGISTRY_UNREACHABLE"
  | "DECLINED"
  | "UNHEALTHY"
  | "INTERNAL";

/** Errors that are found before a broker is contacted; the program then exits with 2 instead of 1. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(["USAGE", "CONFIG", "SQL", "FILE_MISSING"]);

/** The optional parts of an error. */
export interface ErrorDetails {
  /** What is allowed, or what to do next: full sentences. */
  readonly hint?: string;
  /** Whether the same call may succeed if it is retried. False by default. */
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

/** An error for the user: its message can be printed as it is, and contains no secrets. */
export class SfcrimeError extends Error {
  override readonly name = "SfcrimeError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retriable = details.retriable ?? false;
  }

  /** The exit code for this error: 2 for wrong input, else 1. */
  get exitCode(): 1 | 2 {
    return USAGE_CODES.has(this.code) ? 2 : 1;
  }
}

/** Devices and files that the system makes up, of which a program with narrow permissions gets none. */
const NO_ACCESS = "it belongs to the system, and sfcrime opens ordinary files and pipes only";

/** An error where the program has no right to open a path; undefined where it was thrown for another reason. */
export function accessError(thrown: unknown): SfcrimeError | undefined {
  if (!(thrown instanceof Deno.errors.NotCapable)) return undefined;
  const [, path] = /access to "(.*?)"/.exec(thrown.message) ?? [];
  if (path === undefined) return undefined;
  return new SfcrimeError("INPUT", `${path} cannot be opened: ${NO_ACCESS}.`, {
    hint: "Choose another path.",
    cause: thrown,
  });
}

/**
 * The message of anything that was thrown, for use in another message.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(messageOf(new Error("no such host")), "no such host");
 * equal(messageOf("plain"), "plain");
 * ```
 */
export function messageOf(thrown: unknown): string {
  // Its own message names flags of the runtime, which nobody can give.
  if (thrown instanceof Deno.errors.NotCapable) return NO_ACCESS;
  if (!(thrown instanceof Error)) return String(thrown);
  // After its number the runtime repeats the path, which callers name themselves.
  return thrown.message.replace(/ \(os error \d+\).*$/s, "");
}

/** Whether a function has called itself, or others, deeper than the stack goes. */
export function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && /call stack/i.test(thrown.message);
}

/** Whether the file system or SQLite reported that the disk is full. */
export function isDiskFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code } = thrown as { code?: unknown };
  return code === "ENOSPC" || /no space left|disk is full|ENOSPC|os error 28/i.test(thrown.message);
}

/** The error for a file that could not be written; a full disk has its own code. */
export function writeError(path: string, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  if (isDiskFull(cause)) {
    return new SfcrimeError("DISK_FULL", `No space left on device: cannot write ${path}.`, {
      hint: "Free up some space and run the command again.",
      cause,
    });
  }
  return new SfcrimeError("OUTPUT", `Cannot write ${path}: ${messageOf(cause)}.`, { cause });
}

/** The result of a call that writes to a path. @throws {SfcrimeError} As {@link writeError}. */
export async function writing<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw writeError(path, cause);
  }
}
