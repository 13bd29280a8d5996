/**
 * Kills an analysis without a process: what it has on disk is set aside at that moment, it loses its broker, and what
 * it does before it notices is done to files that nobody reads again.
 */
import { join } from "node:path";
import { openBroker } from "./brokers.ts";
import { type CrashRun, runUntilKilled } from "./crash_run.ts";
import { InProcessWorker } from "./in_process_worker.ts";

/** What a run that was killed gets in place of answers. */
class Killed extends Error {}

/** Runs to the end or the kill; says which it was. All files of the run are in the directory. */
export async function runOrKill(run: CrashRun, directory: string): Promise<"ended" | "killed"> {
  const aside = `${directory}-killed`;
  const real = await openBroker(run.address);
  let isKilled = false;
  const broker = losing(real, () => isKilled);
  try {
    await runUntilKilled(run, {
      broker,
      spawn: () => new InProcessWorker(broker),
      kill: () => {
        copyFiles(directory, aside);
        isKilled = true;
        throw new Killed();
      },
    });
    return "ended";
  } catch (error) {
    if (!isKilled) throw error;
    await Deno.remove(directory, { recursive: true });
    await Deno.rename(aside, directory);
    return "killed";
  } finally {
    // Its connections end, as those of a process do; a transaction that was open stays open.
    await real.close();
  }
}

/** A broker, or what it has opened, until it is lost: then every call fails. */
function losing<T extends object>(whole: T, isLost: () => boolean): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (isLost()) throw new Killed();
        const result: unknown = value.apply(target, args);
        return /^open/.test(String(name))
          ? (result as Promise<object>).then((one) => losing(one, isLost))
          : result;
      };
    },
  });
}

/** Copies a directory, but for locks: of these a process that was killed leaves nothing. */
function copyFiles(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of [...Deno.readDirSync(from)]) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) copyFiles(source, target);
    else if (!name.endsWith(".lock")) Deno.copyFileSync(source, target);
  }
}
