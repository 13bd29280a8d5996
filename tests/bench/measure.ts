/**
 * Runs a process from its start to its exit, and says how long it took, how much of the cores, and how much
 * memory: of the process and of all that it started, as the kernel counts it.
 */

/** What a run took. */
export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most that was in memory, of the largest of the processes. */
  readonly peakMiB: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started. */
export interface MeasureOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `null` drops it, as `> /dev/null` does; a path is a file that a shell opens for it. */
  readonly stdout?: "piped" | "null" | { readonly path: string };
}

/** A run that takes longer has gone wrong. */
const RUN_MS_MAX = 900_000;
const LOOK_EVERY_MS = 50;
/** The unit of times in /proc: USER_HZ, which is 100 wherever Linux runs. */
const TICK_MS = 10;

/** Runs a program; fails, with what it printed, when it does not end well. */
export async function measure(
  command: readonly string[],
  options: MeasureOptions = {},
): Promise<Measured> {
  const { cwd, env, stdout = "piped" } = options;
  const [program, ...args] = typeof stdout === "object"
    ? ["sh", "-c", 'exec "$@" > "$0"', stdout.path, ...command]
    : command;
  const startMs = performance.now();
  const child = new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: stdout === "piped" ? "piped" : "null",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
  }).spawn();
  const usage = new Usage(child.pid);
  const watch = setInterval(() => usage.look(), LOOK_EVERY_MS);
  const bound = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
  try {
    const [{ code }, ...printed] = await Promise.all([
      child.status,
      stdout === "piped" ? new Response(child.stdout).text() : "",
      new Response(child.stderr).text(),
    ]);
    const wallMs = performance.now() - startMs;
    const [out, err] = printed;
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${err}`);
    return { wallMs, cpuMs: usage.cpuMs, peakMiB: usage.peakMiB, stdout: out, stderr: err };
  } finally {
    clearInterval(watch);
    clearTimeout(bound);
  }
}

/** What a process and its descendants use. Processes that end between two looks lose their last moments. */
class Usage {
  readonly #root: number;
  readonly #byPid = new Map<number, { readonly cpuMs: number; readonly peakKiB: number }>();

  constructor(root: number) {
    this.#root = root;
  }

  look(): void {
    for (const pid of withDescendants(this.#root)) {
      try {
        const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
        // The name, in parentheses, may hold anything.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
        const peak = /VmHWM:\s*(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
        if (peak !== undefined) this.#byPid.set(pid, { cpuMs, peakKiB: Number(peak) });
      } catch {
        // It has ended.
      }
    }
  }

  get cpuMs(): number {
    return [...this.#byPid.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  get peakMiB(): number {
    // A process that was just forked still counts as what it was forked from, so a sum would be too much.
    return Math.max(0, ...[...this.#byPid.values()].map(({ peakKiB }) => peakKiB)) / 1_024;
  }
}

function withDescendants(root: number): number[] {
  const found = [root];
  for (let at = 0; at < found.length; at++) {
    try {
      for (const { name } of Deno.readDirSync(`/proc/${found[at]}/task`)) {
        const children = Deno.readTextFileSync(`/proc/${found[at]}/task/${name}/children`);
        found.push(...children.split(" ").filter((pid) => pid !== "").map(Number));
      }
    } catch {
      // It has ended.
    }
  }
  return found;
}

/** The time that all threads of a process have had a core so far, to the nanosecond. */
export function coreMs(pid: number): number {
  let sumNs = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    sumNs += Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0]);
  }
  return sumNs / 1e6;
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the values lies, between two of them in proportion. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error("Nothing was measured");
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
