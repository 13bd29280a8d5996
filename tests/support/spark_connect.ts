/** A real Spark Connect server, with Spark's connector for Kafka, for tests: it listens on loopback only. */
import { join } from "node:path";
import { runTool } from "./cache.ts";
import { sparkConnectorJars } from "./spark_connector.ts";
import { sparkEnvironment, sparkPython } from "./spark.ts";
import { TextLineStream } from "./text_lines.ts";

/** A running server. */
export interface SparkConnectServer extends AsyncDisposable {
  readonly port: number;
  /** Where clients find it, with its token. */
  readonly remote: string;
  /** Ends it at once, as kill -9 does. */
  kill(): Promise<void>;
}

const STARTED = /Spark Connect server started at: \S+:(\d+)$/;

/** A text that fits the server's own token. */
const TOKEN = "a-token-of-the-tests";

/** Starts a server that has two cores, and asks its clients for a token. */
export async function startSparkConnect(): Promise<SparkConnectServer> {
  const home = (await runTool(await sparkPython(), ["-c", "import pyspark; print(pyspark.__path__[0])"]))
    .trim();
  const conf = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    "spark.connect.authenticate.token": TOKEN,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
  };
  const environment = await sparkEnvironment();
  const child = new Deno.Command(join(home, "bin", "spark-submit"), {
    args: [
      ...["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[2]"],
      ...["--driver-memory", "1g", "--jars", await sparkConnectorJars()],
      ...Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]),
      "spark-internal",
    ],
    env: { ...environment, SPARK_HOME: home },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { port, drained } = await portOf(child.stderr);
  const kill = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([child.status, drained]);
  };
  return {
    port,
    remote: `sc://127.0.0.1:${port}/;use_ssl=false;token=${TOKEN}`,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** The port that the log names; the rest of it is read, so that the server never waits for a reader. */
async function portOf(
  log: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<{ port: number; drained: Promise<void> }> {
  const lines = log.pipeThrough(new TextLineStream()).getReader();
  const said: string[] = [];
  while (true) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`Spark Connect has ended:\n${said.slice(-20).join("\n")}`);
    said.push(value);
    const [, port] = STARTED.exec(value) ?? [];
    if (port !== undefined) return { port: Number(port), drained: drain(lines) };
  }
}

async function drain(lines: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await lines.read()).done);
}
