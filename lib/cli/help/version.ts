/** `sfcrime version`: what this program is, for reports and for programs that check it. */
import type { Command } from "commander";
import denoJson from "../../../deno.json" with { type: "json" };
import { addRunFlag } from "../flags.ts";
import type { Io } from "../io.ts";

/** What is known about the program. */
export interface ProgramVersion {
  readonly version: string;
  /** The commit that it was built from; null if it runs from source. */
  readonly commit: string | null;
  /** Whether there were changes beside that commit. */
  readonly modified: boolean;
  readonly platform: string;
  readonly runtime: string;
}

/**
 * Takes a version apart: a build names its commit as Semantic Versioning says.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(partsOfVersion("0.1.0+ae081fe8c2e7.dirty"), { version: "0.1.0", commit: "ae081fe8c2e7", modified: true });
 * deepEqual(partsOfVersion("0.1.0"), { version: "0.1.0", commit: null, modified: false });
 * ```
 */
export function partsOfVersion(text: string): Pick<ProgramVersion, "version" | "commit" | "modified"> {
  const [version = text, build] = text.split("+");
  const [commit = null, state] = build?.split(".") ?? [];
  return { version, commit, modified: state === "dirty" };
}

/** Adds the verb's flags and its action. */
export function addVersion(command: Command, io: Io): void {
  addRunFlag(command, "--json", "Print one JSON object");
  command.action(async ({ json }: { readonly json?: boolean }) => {
    const { deno, v8 } = Deno.version;
    const about: ProgramVersion = {
      ...partsOfVersion(denoJson.version),
      platform: Deno.build.target,
      runtime: `Deno ${deno} (V8 ${v8})`,
    };
    const text = json === true ? JSON.stringify(about) : versionText(about);
    await io.stdout.write(new TextEncoder().encode(`${text}\n`));
  });
}

function versionText({ version, commit, modified, platform, runtime }: ProgramVersion): string {
  const built = commit === null
    ? "none: it runs from source"
    : `${commit}${modified ? ", with changes" : ""}`;
  return [`sfcrime ${version}`, `commit    ${built}`, `platform  ${platform}`, `runtime   ${runtime}`].join(
    "\n",
  );
}
