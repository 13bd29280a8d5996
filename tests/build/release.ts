/**
 * Builds what a release consists of: `deno task release`, into an empty directory `release/` or `--output DIRECTORY`,
 * for all platforms or `--targets NAME,…`. That is an archive for each platform, with the program, its licences and its
 * bill of materials; the last two again by themselves; and `SHA256SUMS`, as `sha256sum --check` reads it.
 *
 * The same state of the source gives the same bytes. A platform whose runtime cannot be had is left out and named, and
 * the task fails.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../support/say.ts";
import { ROOT } from "../support/task.ts";
import { type Entry, tarGz, zip } from "./archive.ts";
import { type Bundle, bundleProgram, DenoFailed } from "./bundle.ts";
import { compileBundle } from "./compile.ts";
import { allLicences, allPackages } from "./parts.ts";
import { sbomText } from "./sbom.ts";
import { type SourceState, sourceState } from "./source_state.ts";
import { type Target, TARGETS, targetsNamed } from "./targets.ts";

/** Files of the source that belong in each archive. */
const ALONG = ["LICENSE", "CHANGELOG.md", "config/app.cfg", "config/kafka.cfg"];

/** What is built, from what. */
interface Release {
  readonly bundle: Bundle;
  readonly state: SourceState;
  /** What is in each archive beside the program. */
  readonly along: readonly Entry[];
  readonly output: string;
}

const { values } = parseArgs({
  options: { output: { type: "string", default: "release" }, targets: { type: "string" } },
});

try {
  await release(values.output, values.targets === undefined ? TARGETS : targetsNamed(values.targets));
} catch (error) {
  complain((error as Error).message);
}

function complain(message: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${message}\n`));
  Deno.exitCode = 1;
}

async function release(output: string, targets: readonly Target[]): Promise<void> {
  await Deno.mkdir(output, { recursive: true });
  if ([...Deno.readDirSync(output)].length > 0) throw new Error(`${output} is not empty: remove it first.`);
  const state = await sourceState();
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-build-" });
  try {
    const bundle = await bundleProgram(directory, { state });
    const made = await writeTexts(bundle, { state, output });
    const along = [...made, ...await sourceFiles(ALONG)];
    const files = made.map(({ path }) => path);
    for (const target of targets) {
      const file = await archiveFor(target, { bundle, state, along, output });
      if (file !== undefined) files.push(file);
    }
    await Deno.writeTextFile(join(output, "SHA256SUMS"), await checksums(output, files.toSorted()));
    say(`Built ${state.fullVersion} in ${output}.`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Writes the texts about the executable, and gives them. */
async function writeTexts(
  bundle: Bundle,
  { state, output }: { readonly state: SourceState; readonly output: string },
): Promise<Entry[]> {
  const texts = {
    "sfcrime-licences.txt": await allLicences(bundle),
    "sfcrime.cdx.json": await sbomText(await allPackages(bundle), state),
  };
  return await Promise.all(
    Object.entries(texts).map(async ([path, text]) => {
      await Deno.writeTextFile(join(output, path), text);
      return { path, bytes: new TextEncoder().encode(text) };
    }),
  );
}

/** Files of the source as entries without a folder. */
async function sourceFiles(paths: readonly string[]): Promise<Entry[]> {
  return await Promise.all(
    paths.map(async (path) => ({ path: basename(path), bytes: await Deno.readFile(join(ROOT, path)) })),
  );
}

/** Makes the archive for a platform, and gives its name; undefined if there is no runtime for it. */
async function archiveFor(
  { name, triple, executable, archive, also }: Target,
  { bundle, state: { version, date }, along, output }: Release,
): Promise<string | undefined> {
  const path = join(bundle.directory, executable);
  try {
    await compileBundle(bundle, { executable: path, triple });
  } catch (error) {
    if (!(error instanceof DenoFailed)) throw error;
    complain(`Not built: ${name}.\n${error.message.trim().replaceAll(/^/gm, "  ")}`);
    return undefined;
  }
  const folder = `sfcrime-${version}-${name}`;
  const program = { path: executable, bytes: await Deno.readFile(path), isExecutable: true };
  const files = [program, ...along, ...await sourceFiles(also)];
  const entries = files.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
  const file = `${folder}.${archive}`;
  const bytes = archive === "zip" ? zip(entries, date) : await tarGz(entries, date);
  await Deno.writeFile(join(output, file), bytes);
  say(`${file} (${(bytes.length / 1e6).toFixed(1)} MB)`);
  return file;
}

async function checksums(directory: string, files: readonly string[]): Promise<string> {
  const lines = await Promise.all(files.map(async (file) => {
    const hash = createHash("sha256").update(await Deno.readFile(join(directory, file))).digest("hex");
    return `${hash}  ${file}\n`;
  }));
  return lines.join("");
}
