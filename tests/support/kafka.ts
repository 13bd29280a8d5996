/**
 * A real Kafka for tests: KRaft, one or several brokers on loopback, from the jars on Maven Central. It is
 * started when a test file first asks for it and ends with the test process.
 */
import { join } from "node:path";
import { type Admin, type ITopicConfig, Kafka, logLevel } from "kafkajs";
import { fixTimers } from "../../lib/broker/kafka/kafkajs/timers.ts";
import { installOnce } from "./cache.ts";
import { copyFormatted } from "./kafka_storage.ts";
import { mavenJars } from "./maven_jars.ts";
import { freePorts } from "./ports.ts";
import { whenTrue } from "./when_true.ts";

export const KAFKA_VERSION = "4.1.0";
/** The newest one, which one file of tests looks at. */
export const KAFKA_NEWEST = "4.4.0";

/** A running cluster. */
export interface TestKafka {
  readonly servers: readonly string[];
  /** Where the first broker listens by that name of {@link TestKafkaOptions.listeners}. */
  readonly listeners: Readonly<Record<string, string>>;
  /** Where each broker keeps its partitions. */
  readonly logDirs: readonly string[];
  /** Ends one broker at once, as kill -9 does, and says its index. */
  kill(index: number): Promise<void>;
  /** Ends one broker as its operator does: its partitions get other leaders first. */
  terminate(index: number): Promise<void>;
  /** Stops the process of a broker where it stands, until it is resumed. */
  pause(index: number): void;
  resume(index: number): void;
  /** Starts a broker again that has ended. */
  restart(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** A way into a broker besides the plain one. */
export interface TestListener {
  readonly protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  /** The port that the broker tells its clients, where something stands in between. */
  readonly advertisedPort?: number;
}

/** How a cluster is started. */
export interface TestKafkaOptions {
  /** Of Kafka; {@link KAFKA_VERSION} unless set. */
  readonly version?: string;
  readonly brokers?: number;
  /** Lines for `server.properties`, over the defaults. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Further listeners of a single broker, by names in capital letters. */
  readonly listeners?: Readonly<Record<string, TestListener>>;
  /** Further arguments for Java. */
  readonly javaArgs?: readonly string[];
  /** Arguments for the formatting of the storage, such as users for SCRAM. */
  readonly formatArgs?: readonly string[];
  /** Whether it runs for long, or is measured: it then has the flags that the Kafka of users has. */
  readonly runsLong?: boolean;
}

fixTimers();

/** The directory with Kafka's jars. */
export function kafkaJars(version = KAFKA_VERSION): Promise<string> {
  return mavenJars(`kafka-${version}`, [{ coordinates: `org.apache.kafka:kafka_2.13:${version}` }]);
}

/** Only a failure takes so long, also on a machine that is busy with much else. */
const READY_MS_MAX = 180_000;

/**
 * Flags of Java for a server that does little: the better compiler and the collector with threads of its own cost more
 * than they save, and class data that has no room at first makes it collect all memory several times.
 */
const SHORT_LIFE = [
  ...["-Xms64m", "-Xmx512m", "-Xmn64m", "-XX:MetaspaceSize=200m"],
  ...["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
];

/** Those of Kafka's own start script: a heap that grows and a collector without a goal make longer pauses. */
const LONG_LIFE = [
  ...["-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"],
  ...["-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent"],
];

/**
 * Kafka's classes as Java keeps them in memory, which makes a broker start in a third of the time. Java passes over
 * an archive that is not its own.
 */
function classArchive(version: string): Promise<string> {
  return installOnce(`kafka-${version}-classes`, async (directory) => {
    const cluster = await startCluster({ version }, `-XX:ArchiveClassesAtExit=${join(directory, ARCHIVE)}`);
    await cluster.terminate(0);
    await cluster.stop();
  });
}

const ARCHIVE = "kafka.jsa";

/** Starts a cluster and waits until all its brokers are there. */
export async function startKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const classes = await classArchive(options.version ?? KAFKA_VERSION);
  return await startCluster(options, `-XX:SharedArchiveFile=${join(classes, ARCHIVE)}`);
}

async function startCluster(options: TestKafkaOptions, archiveFlag: string): Promise<TestKafka> {
  const { brokers: count = 1, version = KAFKA_VERSION } = options;
  const jars = await kafkaJars(version);
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-kafka-" });
  const listeners = Object.entries(options.listeners ?? {});
  const ports = freePorts(count * 2 + listeners.length);
  const named = listeners.map(([name, listener], index) => ({
    name,
    ...listener,
    port: ports[count * 2 + index]!,
  }));
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    port: ports[index]!,
    controllerPort: ports[count + index]!,
    directory: join(directory, String(index + 1)),
  }));
  const voters = nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(",");
  const java = (mainClass: string, args: readonly string[]) =>
    new Deno.Command("java", {
      args: [
        ...options.runsLong === true ? LONG_LIFE : SHORT_LIFE,
        archiveFlag,
        ...options.javaArgs ?? [],
        "-cp",
        `${jars}/*`,
        mainClass,
        ...args,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
  const format = async (node: (typeof nodes)[number], config: string, more: readonly string[] = []) => {
    const args = ["format", "-t", CLUSTER_ID, "-c", config, ...more];
    const { success } = await java("kafka.tools.StorageTool", args).output();
    if (!success) throw new Error(`Kafka's storage could not be formatted in ${node.directory}`);
  };
  for (const node of nodes) {
    await Deno.mkdir(node.directory);
    const properties = { ...serverProperties(node, { voters, count, named }), ...options.properties };
    const config = join(node.directory, "server.properties");
    await Deno.writeTextFile(
      config,
      Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join(""),
    );
    if (options.formatArgs === undefined) {
      const storage = { version, nodeId: node.id, directory: logDirOf(node) };
      await copyFormatted(storage, () => format(node, config));
    } else {
      await format(node, config, options.formatArgs);
    }
  }
  const start = (node: (typeof nodes)[number]) =>
    java("kafka.Kafka", [join(node.directory, "server.properties")]).spawn();
  const processes = nodes.map(start);
  const endAll = () => processes.forEach(endNow);
  const onUnload = () => {
    endAll();
    Deno.removeSync(directory, { recursive: true });
  };
  globalThis.addEventListener("unload", onUnload);
  const servers = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const cluster: TestKafka = {
    servers,
    listeners: Object.fromEntries(named.map(({ name, port }) => [name, `127.0.0.1:${port}`])),
    logDirs: nodes.map(logDirOf),
    async kill(index) {
      endNow(processes[index]!);
      await processes[index]!.status;
    },
    async terminate(index) {
      processes[index]!.kill("SIGTERM");
      await processes[index]!.status;
    },
    pause: (index) => processes[index]!.kill("SIGSTOP"),
    resume: (index) => processes[index]!.kill("SIGCONT"),
    async restart(index) {
      processes[index] = start(nodes[index]!);
      await whenReady(servers, count);
    },
    async stop() {
      globalThis.removeEventListener("unload", onUnload);
      endAll();
      await Promise.all(processes.map(({ status }) => status));
      await Deno.remove(directory, { recursive: true });
    },
  };
  try {
    await whenReady(servers, count);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

const CLUSTER_ID = "c2ZjcmltZS10ZXN0LWthZg";

function logDirOf({ directory }: { readonly directory: string }): string {
  return join(directory, "data");
}

function serverProperties(
  node: {
    readonly id: number;
    readonly port: number;
    readonly controllerPort: number;
    readonly directory: string;
  },
  { voters, count, named }: {
    readonly voters: string;
    readonly count: number;
    readonly named: readonly (TestListener & { readonly name: string; readonly port: number })[];
  },
): Record<string, string> {
  const copies = String(Math.min(3, count));
  const listeners = [{ name: "PLAINTEXT", protocol: "PLAINTEXT", port: node.port } as const, ...named];
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  return {
    "process.roles": "broker,controller",
    "node.id": String(node.id),
    "controller.quorum.voters": voters,
    "listeners": [...listeners, { name: "CONTROLLER", port: node.controllerPort }]
      .map(({ name, port }) => at(name, port)).join(),
    "advertised.listeners": listeners.map((listener: TestListener & { name: string; port: number }) =>
      at(listener.name, listener.advertisedPort ?? listener.port)
    ).join(),
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": [...listeners, { name: "CONTROLLER", protocol: "PLAINTEXT" }]
      .map(({ name, protocol }) => `${name}:${protocol}`).join(),
    "log.dirs": logDirOf(node),
    "offsets.topic.replication.factor": copies,
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "5",
    // Records without meaning that show the controller to be alive, twice a second by default.
    "metadata.max.idle.interval.ms": "5000",
  };
}

function endNow(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function whenReady(servers: readonly string[], count: number): Promise<void> {
  const untilMs = Date.now() + READY_MS_MAX;
  for (;;) {
    const kafka = new Kafka({
      brokers: [...servers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 2_000,
    });
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length === count) return;
    } catch (error) {
      if (Date.now() > untilMs) {
        throw new Error(`Kafka did not start within ${READY_MS_MAX / 1_000} s: ${error}`);
      }
    } finally {
      await admin.disconnect().catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Creates a topic and waits until its partitions have leaders. The client's own `waitForLeaders` fails where the
 * broker does not know the new topic yet.
 */
export async function createTopic(admin: Admin, topic: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [topic], waitForLeaders: false });
  await whenTrue(async () => {
    const found = await admin.fetchTopicMetadata({ topics: [topic.topic] }).catch(() => undefined);
    return found?.topics[0]?.partitions.every(({ leader }) => leader >= 0) === true;
  }, { withinMs: 30_000, failure: () => `Topic ${topic.topic} has no leaders` });
}

let shared: Promise<TestKafka> | undefined;

/**
 * The single broker that the tests of one process share, or the servers that `KAFKA_BOOTSTRAP_SERVERS` names.
 * Call it at the top of a file, so that no single test owns its process.
 */
export function sharedKafka(): Promise<TestKafka> {
  shared ??= (async () => {
    const given = Deno.env.get("KAFKA_BOOTSTRAP_SERVERS");
    if (given === undefined) return await startKafka();
    const unsupported = () => Promise.reject(new Error("A Kafka that was given is not ours to stop"));
    return {
      servers: given.split(","),
      listeners: {},
      logDirs: [],
      kill: unsupported,
      terminate: unsupported,
      pause: unsupported,
      resume: unsupported,
      restart: unsupported,
      stop: () => Promise.resolve(),
    };
  })();
  return shared;
}
