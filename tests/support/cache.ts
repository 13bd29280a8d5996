/**
 * Where tests keep what they install: outside the checkout, so that a new clone finds it again.
 */
import { join } from "node:path";

/** A place in the directory of installed test programs, by name and version. */
export function cachePath(...parts: string[]): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? Deno.cwd(), ".cache");
  return join(home, "sfcrime-tests", ...parts);
}

/**
 * Installs something once, whoever else wants it at the same time: `install` fills an empty directory, which then
 * takes its final name in one step, so that a broken installation is never taken for a whole one.
 */
export async function installOnce(
  name: string,
  install: (directory: string) => Promise<void>,
): Promise<string> {
  const final = cachePath(name);
  if (await exists(final)) return final;
  await Deno.mkdir(cachePath(), { recursive: true });
  using lock = await Deno.open(cachePath(`${name}.lock`), { create: true, write: true });
  await lock.lock(true);
  if (await exists(final)) return final;
  const fresh = await Deno.makeTempDir({ dir: cachePath(), prefix: `${name}-` });
  try {
    await install(fresh);
    await Deno.rename(fresh, final);
  } catch (error) {
    await Deno.remove(fresh, { recursive: true }).catch(() => {});
    throw error;
  }
  return final;
}

/** Whether a file or directory is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end; fails, with what it printed, when it does not end well. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<string> {
  const command = new Deno.Command(program, { ...options, args: [...args], stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  throw new Error(`${program} ${args.join(" ")} failed:\n${text}${new TextDecoder().decode(stderr)}`);
}

/** Where this `deno` has its packages and its caches. */
export function denoDirectory(): string {
  const given = Deno.env.get("DENO_DIR");
  if (given !== undefined) return given;
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME")!, ".cache"), "deno");
}
