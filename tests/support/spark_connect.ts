/** A real Spark Connect server for tests: it listens on loopback only. */
import { join } from "node:path";
import { startLogged } from "./logged_process.ts";
import { sparkConnectorJars } from "./spark_connector.ts";
import { sparkHome } from "./spark_home.ts";
import { classPathConf, sparkEnvironment } from "./spark_java.ts";

/** A running server. */
export interface SparkConnectServer extends AsyncDisposable {
  readonly port: number;
  /** Where clients find it, with its token. */
  readonly remote: string;
  /** The end of its log. */
  readonly log: string;
  /** Ends it at once, as kill -9 does. */
  kill(): Promise<void>;
}

/** Where a server's queries run. */
export interface SparkConnectOptions {
  /** Spark's master: two threads of the server without it. */
  readonly master?: string;
  /** Spark settings, over those of a small driver. */
  readonly conf?: Readonly<Record<string, string>>;
  /** Whether it has Spark's connector for Kafka, which it has unless told otherwise. */
  readonly hasConnector?: boolean;
  /** Whether it runs for long, or is measured: it then generates code, as the Spark of users does. */
  readonly runsLong?: boolean;
}

/** A text that fits the server's own token. */
const TOKEN = "a-token-of-the-tests";

let shared: Promise<SparkConnectServer> | undefined;

/** The server of all tests of this process that leave it as it is; it ends with the process. */
export function sharedSparkConnect(): Promise<SparkConnectServer> {
  return shared ??= startSparkConnect().then((server) => {
    globalThis.addEventListener("unload", () => void server.kill());
    return server;
  });
}

/** The settings of a small driver on loopback. */
export const DRIVER_CONF: Readonly<Record<string, string>> = {
  "spark.driver.host": "127.0.0.1",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.ui.enabled": "false",
  "spark.sql.shuffle.partitions": "2",
};

/**
 * Settings for queries that run once: without generated code Spark is as right, and sooner there; and its usual manager
 * of checkpoints starts a process, several times for each file.
 */
export const SHORT_LIFE_CONF: Readonly<Record<string, string>> = {
  "spark.sql.codegen.wholeStage": "false",
  "spark.sql.codegen.factoryMode": "NO_CODEGEN",
  "spark.sql.streaming.checkpointFileManagerClass":
    "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager",
};

/** Settings, as `spark-submit` takes them. */
export function confArgs(conf: Readonly<Record<string, string>>): string[] {
  return Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
}

/** Starts a server that asks its clients for a token. */
export async function startSparkConnect(
  { master = "local[2]", conf = {}, hasConnector = true, runsLong = false }: SparkConnectOptions = {},
): Promise<SparkConnectServer> {
  const home = await sparkHome();
  const own = {
    ...DRIVER_CONF,
    ...await classPathConf(),
    ...runsLong ? {} : SHORT_LIFE_CONF,
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    "spark.connect.authenticate.token": TOKEN,
  };
  const server = await startLogged({
    program: join(home, "bin", "spark-submit"),
    args: [
      ...["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", master],
      ...["--driver-memory", "1g", ...hasConnector ? ["--jars", await sparkConnectorJars()] : []],
      ...confArgs({ ...own, ...conf }),
      "spark-internal",
    ],
    env: { ...await sparkEnvironment(), SPARK_HOME: home },
    ready: /Spark Connect server started at: \S+:(\d+)$/,
  });
  const port = Number(server.ready[0]);
  return {
    port,
    remote: `sc://127.0.0.1:${port}/;use_ssl=false;token=${TOKEN}`,
    get log() {
      return server.log;
    },
    kill: server.kill,
    [Symbol.asyncDispose]: server.kill,
  };
}
