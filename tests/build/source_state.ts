/**
 * Which state of the source is built: its version, its commit and when that was made. What is built names it, and
 * contains no other time, so that the same state always gives the same bytes.
 */
import { join } from "node:path";
import { ROOT } from "../support/task.ts";

/** See the module's description. */
export interface SourceState {
  /** That of `deno.json`. */
  readonly version: string;
  /** What the program says of itself: with the commit, as Semantic Versioning writes it. */
  readonly fullVersion: string;
  /** When the commit was made, or what `SOURCE_DATE_EPOCH` says. */
  readonly date: Date;
}

const COMMIT_LENGTH = 12;

/** Reads it from `deno.json` and Git; without Git, the commit is not named. */
export async function sourceState(): Promise<SourceState> {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as { version: string };
  const [commit, seconds] = (await git(["log", "-1", "--format=%H %ct"]))?.split(" ") ?? [];
  const isChanged = commit !== undefined && await git(["status", "--porcelain"]) !== "";
  const build = commit === undefined ? "" : `+${commit.slice(0, COMMIT_LENGTH)}${isChanged ? ".dirty" : ""}`;
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH") ?? seconds ?? "0";
  if (!/^\d{1,10}$/.test(epoch)) throw new Error(`SOURCE_DATE_EPOCH is ${epoch}, not a number of seconds.`);
  return { version, fullVersion: `${version}${build}`, date: new Date(Number(epoch) * 1_000) };
}

/** What a command of Git prints; undefined where there is no Git, or no repository. */
async function git(args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args: ["-C", ROOT, ...args], stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
