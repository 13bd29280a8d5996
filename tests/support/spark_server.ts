/**
 * One Spark for all tests of a step, as a start takes longer than most of what it is asked. See `spark_server.py`.
 */
import type { PlanDocument } from "./plan_document.ts";
import { sparkPython } from "./spark_home.ts";
import { sparkEnvironment } from "./spark_java.ts";
import { TextLineStream } from "./text_lines.ts";

const SERVER = new URL("spark_server.py", import.meta.url).pathname;

/** The variable that names the port of a server that is running. */
export const SPARK_PORT = "SPARK_PORT";

/** What it can be asked to run. */
export type SparkRequest =
  | { readonly document: PlanDocument }
  | { readonly script: string; readonly args: readonly string[] };

/** The process. */
export interface SparkServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it; Spark begins with the first request. It ends with this process. */
export async function startSpark(): Promise<SparkServer> {
  const process = new Deno.Command(await sparkPython(), {
    args: ["-B", SERVER],
    env: await sparkEnvironment(),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextLineStream()).getReader();
  const { value: port } = await lines.read();
  await lines.cancel();
  if (port === undefined) throw new Error(`Spark's server ended with ${(await process.status).code}.`);
  return {
    port: Number(port),
    async stop() {
      await process.stdin.close();
      await process.status;
    },
  };
}

/** A connection to the server of the step, or to one of its own. */
export class SparkConnection implements AsyncDisposable {
  readonly #connection: Deno.TcpConn;
  readonly #lines: ReadableStreamDefaultReader<string>;
  /** Absent if it is the step's. */
  readonly #server: SparkServer | undefined;

  private constructor(connection: Deno.TcpConn, server: SparkServer | undefined) {
    this.#connection = connection;
    this.#lines = connection.readable.pipeThrough(new TextLineStream()).getReader();
    this.#server = server;
  }

  static async open(): Promise<SparkConnection> {
    const given = Deno.env.get(SPARK_PORT);
    const server = given === undefined ? await startSpark() : undefined;
    const port = server?.port ?? Number(given);
    return new SparkConnection(await Deno.connect({ hostname: "127.0.0.1", port }), server);
  }

  /**
   * Gives what the request printed.
   *
   * @throws {Error} if it failed, with Spark's words.
   */
  async ask(request: SparkRequest): Promise<string> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error("Spark's server has ended.");
    const { error, output } = JSON.parse(value) as { error: string | null; output: string };
    if (error !== null) throw new Error(error);
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lines.cancel();
    await this.#server?.stop();
  }
}
