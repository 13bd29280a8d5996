/** What `topic` says and does, held to Kafka's own tools. */
import { deepEqual, equal, match, ok } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { kafkaTool } from "../support/kafka_tools.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const withAdmin = adminOf(servers);
const SERVERS = ["--bootstrap-server", servers.join(",")];

/** A topic as `topic describe --json` prints it. */
interface Described {
  readonly id: string;
  readonly config: Readonly<Record<string, { readonly value: string; readonly own: boolean }>>;
  readonly partitions: readonly {
    readonly partition: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly inSync: readonly number[];
    readonly earliest: number;
    readonly latest: number;
    readonly bytes: number;
  }[];
}

async function describe(place: Workplace): Promise<Described> {
  const { stdout } = await place.succeedInProcess(["topic", "describe", place.topic, "--json"]);
  return JSON.parse(stdout) as Described;
}

Deno.test("A topic is described as kafka-topics and kafka-log-dirs describe it, after each change", async () => {
  await using place = new Workplace(servers);
  const { topic } = place;
  await place.succeedInProcess(["topic", "create", topic, "--config", "cleanup.policy=compact"]);
  for (const [partition, count] of [[0, 3], [1, 0], [2, 5]] as const) {
    if (partition > 0) {
      await place.succeedInProcess(["topic", "alter", topic, "--partitions", String(partition + 1)]);
    }
    const text = Array.from({ length: count }, (_, n) => `key ${n}:value ${n}\n`).join("");
    if (count > 0) await place.kcat(["-P", "-K", ":", "-p", String(partition)], text);
  }
  const altered = await place.succeedInProcess(
    ["topic", "alter", topic, "--config", "max.message.bytes=2000000", "--delete-config", "cleanup.policy"],
  );
  match(altered.stderr, /Changed topic \S+: max\.message\.bytes=2000000, cleanup\.policy by default/);

  const own = await describe(place);
  const described = await kafkaTool("topics", [...SERVERS, "--describe", "--topic", topic]);
  const configs = /Configs: (\S*)/.exec(described)![1]!.split(",").filter((pair) => pair !== "");
  deepEqual(
    Object.entries(own.config).map(([name, { value }]) => `${name}=${value}`).toSorted(),
    configs.toSorted(),
  );
  deepEqual(own.config["max.message.bytes"], { value: "2000000", own: true });
  const partitions = [
    ...described.matchAll(/Partition: (\d+)\s+Leader: (\d+)\s+Replicas: (\S+)\s+Isr: (\S+)/g),
  ];
  deepEqual(
    own.partitions.map(({ partition, leader, replicas, inSync }) =>
      [partition, leader, replicas.join(), inSync.join()].map(String)
    ),
    partitions.map((found) => found.slice(1)),
  );
  const dirs = await kafkaTool("logDirs", [...SERVERS, "--describe", "--topic-list", topic]);
  const { brokers } = JSON.parse(dirs.slice(dirs.indexOf("{"))) as {
    brokers: { logDirs: { partitions: { partition: string; size: number }[] }[] }[];
  };
  const sizes = brokers.flatMap(({ logDirs }) => logDirs).flatMap(({ partitions }) => partitions);
  deepEqual(
    own.partitions.map(({ partition, bytes }) => [`${topic}-${partition}`, bytes]),
    sizes.map(({ partition, size }) => [partition, size]).toSorted(),
  );
  deepEqual(own.partitions.map(({ earliest, latest }) => [earliest, latest]), [[0, 3], [0, 0], [0, 5]]);
  ok(sizes.some(({ size }) => size > 0));
});

Deno.test("Topics are listed as kcat lists them, with Kafka's own if they are asked for", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "3"]);
  const { topics } = JSON.parse(await place.kcat(["-L", "-J"])) as {
    topics: { topic: string; partitions: { replicas: unknown[] }[] }[];
  };
  const [expected] = topics.filter(({ topic }) => topic === place.topic);
  const listed = lines((await place.succeedInProcess(["topic", "list", "--json"])).stdout)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const found = listed.find(({ topic }) => topic === place.topic)!;
  deepEqual([found["partitions"], found["replicas"], found["internal"]], [
    expected!.partitions.length,
    expected!.partitions[0]!.replicas.length,
    false,
  ]);
  const all = await withAdmin((admin) => admin.listTopics());
  const names = async (...flags: string[]) =>
    lines((await place.succeedInProcess(["topic", "list", "--names", ...flags])).stdout);
  deepEqual(await names("--internal"), all.toSorted());
  deepEqual(await names(), all.filter((name) => !name.startsWith("__")).toSorted());
});

Deno.test("Each refusal of Kafka to change a topic is told in its words, and changes nothing", async () => {
  await using place = new Workplace(servers);
  const { topic } = place;
  await place.succeedInProcess(["topic", "create", topic, "--partitions", "2"]);
  const before = await describe(place);
  for (
    const [flags, said] of [
      [["--config", "no.such.setting=1"], /Kafka refused to change topic \S+: .*no\.such\.setting/],
      [["--config", "retention.ms=soon"], /Kafka refused to change topic \S+: .*retention\.ms/],
      [["--partitions", "1"], /has 2 partitions, and cannot have fewer: 1\./],
      [["--partitions", "2"], /has 2 partitions already\./],
    ] as const
  ) {
    const { code, stderr } = await place.runInProcess(["topic", "alter", topic, ...flags]);
    equal(code, 1, stderr);
    match(stderr, said);
  }
  deepEqual(await describe(place), before);
  const { code, stderr } = await place.runInProcess(["topic", "alter", `${topic}x`, "--config", "a=b"]);
  equal(code, 1);
  match(stderr, /Topic \S+x does not exist\.\n {2}Did you mean/);
});

Deno.test("A time has the offsets of its first record, or those after the last one", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess([
    "topic",
    "create",
    place.topic,
    "--partitions",
    "2",
    "--retention",
    "forever",
  ]);
  await place.succeedInProcess([
    "produce",
    "--timestamp",
    "event",
    "--limit",
    "100",
    "--sort-by",
    "call_date_time",
  ]);
  const at = async (time: string) => {
    const { stdout } = await place.succeedInProcess([
      "topic",
      "offsets",
      place.topic,
      "--at",
      time,
      "--json",
    ]);
    return lines(stdout).map((line) => JSON.parse(line) as { partition: number; at: number; latest: number });
  };
  const records = await place.kcatRecords();
  const middle = records.toSorted((left, right) => left.ts - right.ts)[50]!.ts;
  for (const { partition, at: offset, latest } of await at(new Date(middle).toISOString())) {
    const inside = records.filter((record) => record.partition === partition && record.ts >= middle);
    equal(offset, inside.length === 0 ? latest : Math.min(...inside.map(({ offset }) => offset)));
  }
  for (const { at: offset, latest } of await at("-1h")) equal(offset, latest);
});
