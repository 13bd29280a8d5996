/**
 * A real standalone cluster of Spark for tests: a master and workers of one core each, all of them on loopback. Workers,
 * and what runs at them, can be killed, and workers added. An application takes all cores, an executor for each.
 */
import { join } from "node:path";
import { type LoggedProcess, startLogged } from "./logged_process.ts";
import { DRIVER_CONF } from "./spark_connect.ts";
import { sparkHome } from "./spark_home.ts";
import {
  archiveFlag,
  classPathConf,
  quoted,
  SHORT_LIFE,
  sparkClassPath,
  sparkEnvironment,
} from "./spark_java.ts";
import { whenTrue } from "./when_true.ts";

const DEPLOY = "org.apache.spark.deploy";
const HOST = "127.0.0.1";
/** What a worker gives to executors: one of each application of a test, at a time. */
const WORKER_MEMORY = "2g";

/** Settings for an application on the cluster: its executors are small, like their tests. */
export async function clusterConf(): Promise<Readonly<Record<string, string>>> {
  const options = [...SHORT_LIFE, "-XX:MetaspaceSize=200m", "-Xlog:disable", await archiveFlag()];
  return {
    ...DRIVER_CONF,
    ...await classPathConf(),
    "spark.executor.cores": "1",
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": options.map(quoted).join(" "),
  };
}

/** A worker with one core. */
export interface SparkWorker {
  readonly pid: number;
  /** The processes of its executors. */
  executors(): readonly number[];
  /** Ends it and its executors at once, as kill -9 does. */
  kill(): Promise<void>;
}

/** A running cluster. */
export interface SparkCluster extends AsyncDisposable {
  /** Its address, as `--master` takes it. */
  readonly master: string;
  /** The workers that have not been killed. */
  readonly workers: readonly SparkWorker[];
  /** Adds a worker, once the master knows it. */
  addWorker(): Promise<SparkWorker>;
  /** The ends of all logs of the cluster, and of the executors' errors. */
  logs(): string;
}

/** Starts a master and some workers. */
export async function startSparkCluster({ workers: count = 2 } = {}): Promise<SparkCluster> {
  const home = await sparkHome();
  const java = [...SHORT_LIFE, "-Xlog:disable", await archiveFlag(), "-cp", await sparkClassPath()];
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-spark-" });
  const environment = {
    ...await sparkEnvironment(),
    SPARK_HOME: home,
    SPARK_LOCAL_DIRS: join(directory, "local"),
    // Without it, names of hosts are asked for.
    SPARK_LOCAL_IP: HOST,
    // A worker looks for Spark's jars by it.
    SPARK_SCALA_VERSION: "2.13",
  };
  const start = (role: string, args: readonly string[], ready: RegExp) =>
    startLogged({
      program: "java",
      args: [
        ...["-Xms64m", "-Xmx256m", ...java],
        ...[`${DEPLOY}.${role}`, "--host", HOST, "--port", "0", "--webui-port", "0", ...args],
      ],
      cwd: directory,
      env: environment,
      ready,
    });
  const master = await start("master.Master", [], /Starting Spark master at (spark:\S+)/);
  const [address] = master.ready as [string];
  const workers = new Map<SparkWorker, LoggedProcess>();
  const addWorker = async (): Promise<SparkWorker> => {
    const at = join(directory, "work", String(crypto.randomUUID()));
    const args = ["--cores", "1", "--memory", WORKER_MEMORY, "--work-dir", at, address];
    const process = await start("worker.Worker", args, /Successfully registered with master/);
    const worker: SparkWorker = {
      pid: process.pid,
      executors: () => childrenOf(process.pid),
      async kill() {
        workers.delete(worker);
        const executors = childrenOf(process.pid);
        await Promise.all([process.kill(), ...executors.map(killNow)]);
      },
    };
    workers.set(worker, process);
    return worker;
  };
  const onUnload = () => {
    const running = [...workers.keys()].flatMap(({ pid }) => [pid, ...childrenOf(pid)]);
    for (const pid of [master.pid, ...running]) signalNow(pid);
    Deno.removeSync(directory, { recursive: true });
  };
  globalThis.addEventListener("unload", onUnload);
  const cluster: SparkCluster = {
    master: address,
    get workers() {
      return [...workers.keys()];
    },
    addWorker,
    logs: () =>
      [
        ...[master, ...workers.values()].map(({ log }) => log),
        ...errorsOfExecutors(join(directory, "work")),
      ].join("\n\n"),
    async [Symbol.asyncDispose]() {
      globalThis.removeEventListener("unload", onUnload);
      await Promise.all([...workers.keys()].map((worker) => worker.kill()));
      await master.kill();
      await Deno.remove(directory, { recursive: true });
    },
  };
  try {
    await Promise.all(Array.from({ length: count }, addWorker));
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

/** Ends a process that is not a child of this one, and waits until it is gone. */
export async function killNow(pid: number): Promise<void> {
  signalNow(pid);
  await whenTrue(() => !isRunning(pid));
}

function signalNow(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The state of a process and its parent, as Linux has them; undefined if there is none. */
function statOf(pid: number | string): { readonly state: string; readonly parent: number } | undefined {
  try {
    // The name of the program, in brackets, may have blanks and brackets.
    const [state, parent] = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Whether a process is there, and not only its exit code. */
function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== "Z";
}

function childrenOf(pid: number): number[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) =>
    /^\d+$/.test(name) && statOf(name)?.parent === pid
  )
    .map(({ name }) => Number(name));
}

/** What the executors have logged, the end of each. */
function errorsOfExecutors(directory: string): string[] {
  return filesNamed("stderr", directory).map((path) =>
    `${path}\n${Deno.readTextFileSync(path).split("\n").slice(-40).join("\n")}`
  );
}

function filesNamed(name: string, directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory ? filesNamed(name, path) : entry.name === name ? [path] : [];
  });
}
