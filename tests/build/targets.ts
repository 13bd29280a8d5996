/** The platforms that the program is released for. */

/** See the module's description. */
export interface Target {
  /** In the names of archives. */
  readonly name: string;
  /** As Deno names it. */
  readonly triple: string;
  readonly executable: "sfcrime" | "sfcrime.exe";
  /** What the platform's users expect. */
  readonly archive: "tar.gz" | "zip";
  /** Files of the source that only this platform has a use for. */
  readonly also: readonly string[];
}

const SERVICES = ["analyze", "produce"].map((verb) => `config/deploy/sfcrime-${verb}.service`);

/** All of them. */
export const TARGETS: readonly Target[] = [
  unix("linux-x64", "x86_64-unknown-linux-gnu", SERVICES),
  unix("linux-arm64", "aarch64-unknown-linux-gnu", SERVICES),
  unix("macos-x64", "x86_64-apple-darwin"),
  unix("macos-arm64", "aarch64-apple-darwin"),
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    executable: "sfcrime.exe",
    archive: "zip",
    also: [],
  },
];

function unix(name: string, triple: string, also: readonly string[] = []): Target {
  return { name, triple, executable: "sfcrime", archive: "tar.gz", also };
}

/** Targets by their names, separated by commas. @throws {Error} For a name that is not one of theirs. */
export function targetsNamed(names: string): Target[] {
  return names.split(",").map((name) => {
    const target = TARGETS.find((target) => target.name === name);
    if (target !== undefined) return target;
    throw new Error(`No target ${name}: the targets are ${TARGETS.map(({ name }) => name).join(", ")}.`);
  });
}
