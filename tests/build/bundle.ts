/**
 * Bundles the program and its packages into the modules of the executable: one for each thread, one for each command,
 * and those that they share. A bundle starts much faster than hundreds of modules, in each thread, and contains
 * only what the program uses.
 *
 * esbuild bundles a copy of the program, beside which Deno installs the packages of `deno.lock`, so it finds them
 * as Node.js would. In the copy, a file that is named by its URL is named from the root, where all modules of the
 * bundle are.
 */
import { build, type Metafile, stop } from "esbuild";
import { cp, mkdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../support/task.ts";
import { MAIN, moduleOf, nameOf } from "./bundled.ts";
import type { SourceState } from "./source_state.ts";

/** The modules of a bundle, and what they read. */
export interface Bundle {
  /** Where everything is, relative to which the other paths are. */
  readonly directory: string;
  /** The module that is run. */
  readonly main: string;
  /** Files that no module imports: the modules of threads, data, and the source maps. */
  readonly files: readonly string[];
  /** What each module consists of. */
  readonly metafile: Metafile;
}

/** A part of `deno.json`. */
interface Config {
  readonly version: string;
  readonly scopes: { readonly "./lib/": Readonly<Record<string, string>> };
}

/** A file that is named by its URL relative to the module. */
const FILE_BY_URL = /\bnew URL\((\s*)"(\.[^"]+)"(,\s*)import\.meta\.url(\s*)\)/g;

/** The packages are CommonJS in part, and esbuild leaves their calls of `require` for modules of Node.js. */
const REQUIRE = `import { createRequire as requireFrom } from "node:module"; ` +
  `const require = requireFrom(import.meta.url);`;

/**
 * Packages expect the timers of Node.js, which have methods. As modules of the bundle they would get those of the web,
 * which older versions of Deno keep apart.
 */
const TIMERS = {
  file: "node_timers.js",
  code: `export { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } ` +
    `from "node:timers";`,
};

/** What a bundle has besides the program. */
export interface BundleOptions {
  /** Files beside the program, each a module of the bundle that exports and does what the file does. */
  readonly others?: readonly string[];
  /** Which state of the source is bundled: the program says so, and all files are of that date. */
  readonly state?: SourceState;
}

/** Makes the bundle of the program in an empty directory. */
export async function bundleProgram(
  directory: string,
  { others = [], state }: BundleOptions = {},
): Promise<Bundle> {
  const config = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as Config;
  const packages = config.scopes["./lib/"];
  const version = state?.fullVersion ?? config.version;
  await installPackages(directory, { version, imports: packages });
  const { threads, data } = await copyProgram(directory);
  await copyWithImports(others, directory);
  const metafile = await bundleModules(directory, { entries: [MAIN, ...threads, ...others], packages });
  const outputs = Object.keys(metafile.outputs);
  const maps = outputs.filter((path) => path.endsWith(".map"));
  // The executable has them with the times of their last changes.
  if (state !== undefined) await setTimes([...outputs, ...data], { directory, date: state.date });
  return {
    directory,
    main: moduleOf(MAIN),
    files: [...threads.map(moduleOf), ...data, ...maps].toSorted(),
    metafile,
  };
}

/** Lets Deno install the locked packages. Of the program's configuration, the version is all that it reads itself. */
async function installPackages(
  directory: string,
  config: Pick<Config, "version"> & { readonly imports: Readonly<Record<string, string>> },
): Promise<void> {
  await Deno.writeTextFile(
    join(directory, "deno.json"),
    JSON.stringify({ ...config, nodeModulesDir: "auto" }),
  );
  await Deno.copyFile(join(ROOT, "deno.lock"), join(directory, "deno.lock"));
  await runDeno(["install", "-q"], { cwd: directory });
}

/** Copies the modules of the program; gives those that run as threads of their own, and the data that they read. */
async function copyProgram(
  directory: string,
): Promise<{ readonly threads: readonly string[]; readonly data: readonly string[] }> {
  await cp(join(ROOT, MAIN), join(directory, MAIN));
  await cp(join(ROOT, "lib"), join(directory, "lib"), { recursive: true });
  const found = new Set<string>();
  for await (const path of modulesIn(join(directory, "lib"))) {
    const code = await Deno.readTextFile(path);
    if (!code.includes("import.meta")) continue;
    if (code.replaceAll(FILE_BY_URL, "").includes("import.meta")) {
      throw new Error(
        `${relative(directory, path)} uses import.meta other than in new URL("./…", import.meta.url)`,
      );
    }
    const moved = code.replaceAll(
      FILE_BY_URL,
      (_url, before: string, name: string, between: string, after: string) => {
        const file = relative(directory, join(dirname(path), name));
        found.add(file);
        const target = file.endsWith(".ts") ? moduleOf(file) : file;
        return `new URL(${before}"./${target}"${between}import.meta.url${after})`;
      },
    );
    await Deno.writeTextFile(path, moved);
  }
  const files = [...found];
  const data = files.filter((file) => !file.endsWith(".ts"));
  for (const file of data) await copyFile(file, directory);
  return { threads: files.filter((file) => file.endsWith(".ts")), data };
}

/** A relative import. */
const IMPORT = /\bfrom "(\.[^"]+)"/g;

/** Copies files that are not of the program, and those that they import. */
async function copyWithImports(files: readonly string[], directory: string): Promise<void> {
  const all = new Set(files);
  // What is added while they are gone through comes, too.
  for (const file of all) {
    await copyFile(file, directory);
    const imports = (await Deno.readTextFile(join(ROOT, file))).matchAll(IMPORT);
    const paths = [...imports].map(([, path]) => join(dirname(file), path!));
    for (const path of paths.filter((path) => !path.startsWith("lib/"))) all.add(path);
  }
}

async function copyFile(file: string, directory: string): Promise<void> {
  await mkdir(dirname(join(directory, file)), { recursive: true });
  await cp(join(ROOT, file), join(directory, file));
}

async function setTimes(
  files: readonly string[],
  { directory, date }: { readonly directory: string; readonly date: Date },
): Promise<void> {
  for (const file of files) await Deno.utime(join(directory, file), date, date);
}

async function* modulesIn(directory: string): AsyncIterable<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) yield* modulesIn(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

async function bundleModules(
  directory: string,
  { entries, packages }: {
    readonly entries: readonly string[];
    readonly packages: Readonly<Record<string, string>>;
  },
): Promise<Metafile> {
  await Deno.writeTextFile(join(directory, TIMERS.file), TIMERS.code);
  try {
    const { metafile } = await build({
      absWorkingDir: directory,
      entryPoints: entries.map((file) => ({ in: file, out: nameOf(file) })),
      outdir: ".",
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "esnext",
      alias: aliases(packages),
      banner: { js: REQUIRE },
      inject: [TIMERS.file],
      // Names stay as they are, for stack traces; shorter ones would save 0.6 MB.
      minifyWhitespace: true,
      minifySyntax: true,
      keepNames: true,
      legalComments: "none",
      sourcemap: "linked",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
    });
    return metafile;
  } finally {
    await stop();
  }
}

/** The names in the import map that are not those of the packages, and of the modules of Node.js without prefix. */
function aliases(packages: Readonly<Record<string, string>>): Record<string, string> {
  const renamed = Object.entries(packages).flatMap(([name, target]) => {
    const [, real] = /^npm:\/?(@?[^@]+)@/.exec(target) ?? [];
    return real === undefined || name === real || name.startsWith(`${real}/`) ? [] : [[name, real] as const];
  });
  const prefixed = builtinModules.filter((name) => /^[a-z]\w*$/.test(name)).map((name) =>
    [name, `node:${name}`] as const
  );
  return Object.fromEntries([...prefixed, ...renamed]);
}

/** A command of Deno failed; the message is what it said. */
export class DenoFailed extends Error {}

/** Where a command runs. */
interface Surroundings {
  readonly cwd: string;
  /** In place of the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command of this Deno to its end. @throws {DenoFailed} If it fails. */
export async function runDeno(
  args: readonly string[],
  { cwd, environment = Deno.env.toObject() }: Surroundings,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { ...environment, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const [said = ""] = new TextDecoder().decode(stderr).split("\nStack backtrace:");
  throw new DenoFailed(`deno ${args[0]} failed:\n${said.trimEnd()}\n`);
}
