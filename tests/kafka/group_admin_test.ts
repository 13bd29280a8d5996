/** What `group` says and does, held to Kafka's own tools. */
import { deepEqual, equal, match } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { kafkaTool, startKafkaTool } from "../support/kafka_tools.ts";
import { whenTrue } from "../support/when_true.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const withAdmin = adminOf(servers);
const SERVERS = ["--bootstrap-server", servers.join(",")];

interface Described {
  readonly state: string;
  readonly protocol: string;
  readonly members: readonly { readonly member: string; readonly client: string; readonly host: string }[];
  readonly offsets: readonly {
    readonly partition: number;
    readonly committed: number | null;
    readonly end: number;
    readonly lag: number | null;
    readonly member: string | null;
  }[];
}

async function describe(place: Workplace, group: string): Promise<Described> {
  return JSON.parse(
    (await place.succeedInProcess(["group", "describe", group, "--json"])).stdout,
  ) as Described;
}

/** A topic with records in three partitions. */
async function filled(): Promise<Workplace> {
  const place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "3"]);
  for (const [partition, count] of [4, 0, 2].entries()) {
    if (count > 0) await place.kcat(["-P", "-p", String(partition)], "x\n".repeat(count));
  }
  return place;
}

Deno.test("Groups of both protocols are described as kafka-consumer-groups describes them, with members and without", async () => {
  await using place = await filled();
  const { topic } = place;
  const [empty, classic, modern] = [`empty-${topic}`, `classic-${topic}`, `modern-${topic}`];
  const consumer = await startKafkaTool("consumer", [
    ...SERVERS,
    ...["--topic", topic, "--group", modern, "--from-beginning"],
    ...["--consumer-property", "group.protocol=consumer"],
  ]);
  try {
    await place.succeedInProcess(["consume", "--group", empty, "--max-messages", "1"]);
    place.start(["consume", "--group", classic]);
    for (const group of [classic, modern]) {
      await whenTrue(async () => {
        const { code, stdout } = await place.runInProcess(["group", "describe", group, "--json"]);
        if (code !== 0) return false;
        const { state, offsets } = JSON.parse(stdout) as Described;
        return state === "Stable" && offsets.length > 0 &&
          offsets.every(({ end, lag }) => end === 0 || lag === 0);
      });
    }
    const groups = [empty, classic, modern];
    const told = await kafkaTool("groups", [
      ...SERVERS,
      "--describe",
      ...groups.flatMap((name) => ["--group", name]),
    ]);
    const rows = told.split("\n").map((line) => line.trim().split(/\s+/)).filter(([, name]) =>
      name === topic
    );
    for (const group of groups) {
      const own = await describe(place, group);
      equal(own.state, group === empty ? "Empty" : "Stable");
      equal(own.protocol, group === modern ? "consumer" : "classic");
      const expected = rows.filter(([name]) => name === group).toSorted();
      // Kafka's tool leaves partitions out that have neither a commit nor a member.
      const listed = own.offsets.filter(({ committed, member }) => committed !== null || member !== null);
      deepEqual(
        listed.map(({ partition, committed, end, lag, member }) => {
          const found = own.members.find((other) => other.member === member);
          const place = [partition, committed ?? "-", end, lag ?? "-"].map(String);
          return [
            group,
            topic,
            ...place,
            member ?? "-",
            found === undefined ? "-" : `/${found.host}`,
            found?.client ?? "-",
          ];
        }),
        expected,
      );
    }
    const listed = lines((await place.succeedInProcess(["group", "list", "--json"])).stdout)
      .map((line) => JSON.parse(line) as { group: string; state: string; type: string });
    deepEqual(
      groups.map((name) => listed.find(({ group }) => group === name)),
      [
        { group: empty, state: "Empty", type: "classic" },
        { group: classic, state: "Stable", type: "classic" },
        { group: modern, state: "Stable", type: "consumer" },
      ],
    );
    for (const group of [classic, modern]) {
      for (const args of [["reset", group, "--to", "beginning"], ["delete", group]]) {
        const { code, stderr } = await place.runInProcess(["group", ...args, "--yes"]);
        equal(code, 1, stderr);
        match(
          stderr,
          /Group \S+ has 1 member, so (its offsets cannot be reset|it cannot be deleted)\.\n {2}Stop its/,
        );
      }
    }
  } finally {
    consumer.kill("SIGKILL");
    await consumer.status;
  }
});

Deno.test("A group goes on where it was reset to, by each kind of place, and a dry run changes nothing", async () => {
  await using place = await filled();
  const { topic } = place;
  const group = `group-of-${topic}`;
  const committed = async () => {
    const [found] = await withAdmin((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    return found!.partitions.toSorted((left, right) => left.partition - right.partition)
      .map(({ offset }) => Number(offset));
  };
  const reset = (...flags: string[]) => place.runInProcess(["group", "reset", group, ...flags, "--yes"]);
  equal((await reset("--to", "earliest")).code, 0);
  deepEqual(await committed(), [0, 0, 0]);
  for (
    const [to, expected] of [
      ["end", [4, 0, 2]],
      ["-1", [3, 0, 1]],
      ["3", [3, 0, 2]],
      ["2001-01-01", [0, 0, 0]],
      ["-1h", [0, 0, 0]],
      ["2999-01-01T00:00:00Z", [4, 0, 2]],
    ] as const
  ) {
    const before = await committed();
    const dry = await reset("--to", to, "--dry-run", "--json");
    deepEqual(lines(dry.stdout).map((line) => (JSON.parse(line) as { after: number }).after), expected);
    deepEqual(await committed(), before);
    equal((await reset("--to", to)).code, 0);
    deepEqual(await committed(), expected, to);
  }
  equal((await reset("--to", "beginning", "--partition", "2")).code, 0);
  deepEqual(await committed(), [4, 0, 0]);
  match((await reset("--to", "99")).stderr, /\S+-0 has no offset 99; 4 is the nearest\./);
  const { stdout } = await place.succeedInProcess([
    "consume",
    "--group",
    group,
    "--exit-at-end",
    "--format",
    "value",
  ]);
  equal(stdout, "");
  equal((await place.runInProcess(["group", "delete", group, "--yes"])).code, 0);
  const missing = await place.runInProcess(["group", "describe", group]);
  equal(missing.code, 1);
  match(missing.stderr, /Group \S+ does not exist\./);
});
