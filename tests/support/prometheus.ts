/** A real Prometheus that scrapes a server of a test, and its tool. */
import { join } from "node:path";
import { freePorts } from "./ports.ts";
import { say } from "./say.ts";
import { whenTrue } from "./when_true.ts";

/** The programs of Debian's package `prometheus`. */
const PROGRAMS = ["prometheus", "promtool"];

/** Whether Prometheus is installed; it is said if it is not, which in CI is a failure. */
export async function hasPrometheus(tested: string): Promise<boolean> {
  try {
    for (const program of PROGRAMS) await new Deno.Command(program, { args: ["--version"] }).output();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || Deno.env.get("CI") === "true") throw error;
    say(`Skipped: ${tested}: prometheus cannot be found; the package prometheus has it.`);
    return false;
  }
}

/** Runs promtool; returns what it has printed, or throws it. */
export async function promtool(args: readonly string[], input = ""): Promise<string> {
  const child = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`promtool ${args.join(" ")}:\n${printed}`);
  return printed;
}

/** What Prometheus scrapes. */
export interface ScrapeOptions {
  /** For its files. */
  readonly directory: string;
  readonly port: number;
  readonly token: string;
  /** The path of a file with alert rules. */
  readonly rules: string;
}

/** A series of a result. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, value: string];
}

/** A Prometheus that runs. */
export class Prometheus implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #url: string;

  private constructor(child: Deno.ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** Starts one, and waits until it answers. */
  static async start({ directory, port: scraped, token, rules }: ScrapeOptions): Promise<Prometheus> {
    const [port] = freePorts(1);
    const config = {
      global: { scrape_interval: "200ms", evaluation_interval: "200ms" },
      rule_files: [rules],
      scrape_configs: [{
        job_name: "sfcrime",
        authorization: { credentials: token },
        static_configs: [{ targets: [`127.0.0.1:${scraped}`] }],
      }],
    };
    // JSON is YAML.
    await Deno.writeTextFile(join(directory, "prometheus.yml"), JSON.stringify(config));
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const prometheus = new Prometheus(child, `http://127.0.0.1:${port}`);
    await whenTrue(async () => {
      try {
        const answer = await fetch(`${prometheus.#url}/-/ready`);
        await answer.body?.cancel();
        return answer.ok;
      } catch {
        return false;
      }
    });
    return prometheus;
  }

  /** What its interface answers. */
  async get<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await answer.json() as { status: string; data: T; error?: string };
    if (status !== "success") throw new Error(`${JSON.stringify(parameters)}: ${error}`);
    return data;
  }

  /** The current series of an expression. */
  async query(expression: string): Promise<readonly Series[]> {
    return (await this.get<{ readonly result: readonly Series[] }>("query", { query: expression })).result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}
