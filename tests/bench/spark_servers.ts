/**
 * Spark as a service, for runs of our program with `--engine spark`: Connect servers that are started when first asked
 * for, and run until they are disposed of. One has two threads of its own; the others, executors on a standalone cluster.
 */
import { clusterConf, type SparkCluster, startSparkCluster } from "../support/spark_cluster.ts";
import { type SparkConnectServer, startSparkConnect } from "../support/spark_connect.ts";
import { whenTrue } from "../support/when_true.ts";

/** How many executors of one core there are in the clusters that are compared. */
export const EXECUTORS = [1, 2, 4] as const;

/** The memory of an executor; those of tests are smaller. */
const EXECUTOR_MEMORY = "1g";
/** Java as it is by itself, on a server that lives long: the flags of tests start sooner, and run slower. */
const LONG_LIFE = "-XX:TieredStopAtLevel=4 -XX:-UseSerialGC -XX:+UseParallelGC";
const DRIVER_CONF = { "spark.driver.extraJavaOptions": LONG_LIFE };

/** See the module's description. */
export class SparkServers implements AsyncDisposable {
  #cluster: Promise<SparkCluster> | undefined;
  readonly #servers = new Map<number, Promise<SparkConnectServer>>();

  /** The connection string of a server with two threads, or with so many executors. */
  async remote(executors: (typeof EXECUTORS)[number] | 0): Promise<string> {
    const server = this.#servers.getOrInsertComputed(
      executors,
      async () => {
        const server = executors === 0
          ? await startSparkConnect({ conf: DRIVER_CONF, runsLong: true })
          : await this.#onCluster(executors);
        // It goes with the process, also after Ctrl-C.
        globalThis.addEventListener("unload", () => void server.kill());
        return server;
      },
    );
    return (await server).remote;
  }

  async #onCluster(executors: number): Promise<SparkConnectServer> {
    // A worker for each executor of each server: those of an idle server keep their cores.
    const workers = EXECUTORS.reduce((sum, count) => sum + count, 0);
    const cluster = await (this.#cluster ??= startSparkCluster({ workers }));
    const running = () => cluster.workers.flatMap((worker) => worker.executors()).length;
    const before = running();
    const server = await startSparkConnect({
      master: cluster.master,
      runsLong: true,
      conf: {
        ...await clusterConf(),
        "spark.executor.memory": EXECUTOR_MEMORY,
        ...DRIVER_CONF,
        "spark.executor.extraJavaOptions": LONG_LIFE,
        "spark.cores.max": String(executors),
      },
    });
    // The first run would wait for them, and give up.
    await whenTrue(() => running() >= before + executors);
    return server;
  }

  /** Ends them; who asks for one afterwards starts another. */
  async [Symbol.asyncDispose](): Promise<void> {
    const [servers, cluster] = [[...this.#servers.values()], this.#cluster];
    this.#servers.clear();
    this.#cluster = undefined;
    await Promise.all(servers.map(async (server) => (await server).kill()));
    await (await cluster)?.[Symbol.asyncDispose]();
  }
}
