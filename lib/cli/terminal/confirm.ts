/** Asks before something is deleted or overwritten that nobody can bring back. */
import { SfcrimeError } from "../../base/errors.ts";
import { printableLines } from "../../base/text/printable.ts";
import type { Io } from "../io.ts";

/** The flag that answers ahead. */
export const YES_FLAG = { flags: "-y, --yes", doc: "Do not ask" } as const;

/** What is about to be done. */
export interface Confirmation {
  readonly io: Io;
  /** Whether `--yes` was given. */
  readonly isConfirmed: boolean;
}

/**
 * Checks that somebody can be asked, before anything else is done.
 *
 * @param what As the subject of a sentence: `Deleting a topic`.
 * @throws {SfcrimeError} USAGE
 */
export function requireAnswerable(what: string, { io, isConfirmed }: Confirmation): void {
  if (isConfirmed || (io.stdinIsTerminal && io.stderrIsTerminal)) return;
  throw new SfcrimeError("USAGE", `${what} has to be confirmed, and there is no terminal to ask on.`, {
    hint: "Add --yes.",
  });
}

/**
 * Asks, unless `--yes` was given. The name of what it is about is an answer as well, for those who are used to it.
 *
 * @param question Without its question mark: `Delete topic calls with 2,000 records`.
 * @throws {SfcrimeError} DECLINED
 */
export async function confirm(
  question: string,
  { io, isConfirmed, name, declined }: Confirmation & {
    readonly name: string;
    /** What then was not done, as a sentence. */
    readonly declined: string;
  },
): Promise<void> {
  if (isConfirmed) return;
  io.writeError(printableLines(`${question}? [y/N] `));
  const answer = (await readLine(io)).trim();
  if (/^y(es)?$/i.test(answer) || answer === name) return;
  throw new SfcrimeError("DECLINED", declined);
}

/** The next line of stdin, or what there is of it at its end. */
async function readLine(io: Io): Promise<string> {
  const reader = io.stdin().getReader();
  const utf8 = new TextDecoder();
  let text = "";
  try {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) break;
      text += utf8.decode(value, { stream: true });
    }
  } finally {
    reader.releaseLock();
  }
  return text.split("\n")[0]!;
}
