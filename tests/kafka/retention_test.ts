/** How long topics keep records that the program creates, as Kafka's own admin sees it. */
import { deepEqual, equal, match, ok } from "assert";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { freshTopic, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const TOPIC_RESOURCE = 2;
/** Where the value of a setting comes from that a topic has of its own. */
const TOPIC_SOURCE = 1;
const DAY_MS = 86_400_000;

const withAdmin = adminOf(servers);

/** The settings that a topic has of its own, and how long it keeps records in effect. */
function settingsOf(
  topic: string,
): Promise<{ readonly own: Record<string, string>; readonly keptMs: number }> {
  return withAdmin(async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: TOPIC_RESOURCE, name: topic }],
    });
    const entries = resources[0]!.configEntries;
    const own = entries.filter(({ configSource }) => configSource === TOPIC_SOURCE);
    return {
      own: Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue])),
      keptMs: Number(entries.find(({ configName }) => configName === "retention.ms")!.configValue),
    };
  });
}

/** How long the broker keeps records by default: by a topic that another client has made. */
const brokerKeepsMs = await withAdmin(async (admin) => {
  const topic = freshTopic();
  await createTopic(admin, { topic });
  return (await settingsOf(topic)).keptMs;
});
const BY_DEFAULT = `retention ${brokerKeepsMs / DAY_MS} d, the broker's default`;

/** An event of so many days ago. */
function event(days: number): string {
  return `${
    JSON.stringify({ crime_id: "1", call_date_time: new Date(Date.now() - days * DAY_MS).toISOString() })
  }\n`;
}

const AS_EVENTS = ["produce", "--timestamp", "event", "--validate", "none"];

Deno.test("Topics are created with the broker's own retention, whoever creates them, and it is told", async () => {
  await using place = new Workplace(servers);
  const out = `${place.topic}-out`;
  const late = `${place.topic}-late`;
  const other = `${place.topic}-other`;
  const told = [
    await place.succeedInProcess(["produce", "--limit", "5"]),
    await place.succeedInProcess([
      ...["analyze", "by_type", "--trigger", "available-now"],
      ...["--sink", `kafka:${out}`, "--late-rows", `kafka:${late}`],
    ]),
    await place.succeedInProcess(["topic", "create", other, "--partitions", "3"]),
  ].map(({ stderr }) => stderr).join("");
  for (const [topic, partitions] of [[place.topic, 1], [out, 1], [late, 1], [other, 3]] as const) {
    const noun = partitions === 1 ? "partition" : "partitions";
    ok(told.includes(`Created topic ${topic} (${partitions} ${noun}, ${BY_DEFAULT})\n`), told);
    deepEqual((await settingsOf(topic)).own, {}, topic);
  }
  match(
    (await place.succeedInProcess(["topic", "describe", other])).stdout,
    new RegExp(`^ {2}${BY_DEFAULT.split(",")[0]}$`, "m"),
  );
});

Deno.test("A topic for records that are older than the broker keeps them keeps its records forever, and says why", async () => {
  const old = brokerKeepsMs / DAY_MS + 1;
  const day = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  const forever = { "retention.ms": "-1" };
  for (
    const [input, lines, args, reason] of [
      [
        "old.ndjson",
        [event(1), event(old)],
        [],
        `keeps records forever: old.ndjson has records of ${day(old)}`,
      ],
      ["new.ndjson", [event(1), event(0)], [], BY_DEFAULT],
      ["broken.ndjson", [event(1), "{broken\n"], [], BY_DEFAULT],
      // The old one is not sent.
      ["limited.ndjson", [event(1), event(old)], ["--limit", "1"], BY_DEFAULT],
      ["-", [event(1)], [], "keeps records forever: stdin may have old ones"],
    ] as const
  ) {
    await using place = new Workplace(servers);
    if (input !== "-") await Deno.writeTextFile(`${place.directory}/${input}`, lines.join(""));
    const { stderr } = await place.succeedInProcess([...AS_EVENTS, "--input", input, ...args], {
      stdin: lines.join(""),
    });
    ok(stderr.includes(`Created topic ${place.topic} (1 partition, ${reason})\n`), stderr);
    deepEqual((await settingsOf(place.topic)).own, reason === BY_DEFAULT ? {} : forever, input);
    ok(!stderr.includes("deletes records that old"), stderr);
  }
});

Deno.test("--retention and --topic-config are settings of each topic that is created, and are told", async () => {
  await using place = new Workplace(servers);
  const out = `${place.topic}-out`;
  const analyze = ["analyze", "by_type", "--trigger", "available-now", "--sink", `kafka:${out}`];
  for (
    const [topic, args, own, details] of [
      [
        place.topic,
        ["produce", "--limit", "5", "--retention", "36h", "--topic-config", "max.message.bytes=2000000"],
        { "retention.ms": "129600000", "max.message.bytes": "2000000" },
        "retention 36 h, max.message.bytes=2000000",
      ],
      [
        out,
        [...analyze, "--topic-config", "cleanup.policy=compact", "--topic-config", "segment.ms=100000"],
        { "cleanup.policy": "compact", "segment.ms": "100000" },
        "compacted, segment.ms=100000",
      ],
      [
        `${place.topic}-forever`,
        ["topic", "create", `${place.topic}-forever`, "--retention", "forever"],
        { "retention.ms": "-1" },
        "keeps records forever",
      ],
      [
        `${place.topic}-short`,
        ["topic", "create", `${place.topic}-short`, "-X", "kafka.topic_config=retention.ms=60000"],
        { "retention.ms": "60000" },
        "retention 1 min",
      ],
    ] as const
  ) {
    const { stderr } = await place.succeedInProcess(args);
    ok(stderr.includes(`Created topic ${topic} (1 partition, ${details})\n`), stderr);
    deepEqual((await settingsOf(topic)).own, own, topic);
    const { stdout } = await place.succeedInProcess(["topic", "describe", topic]);
    const described = stdout.slice(0, stdout.indexOf("PARTITION")).split("\n").slice(1, -1).map((line) =>
      line.trim()
    );
    deepEqual(described.filter((line) => !line.endsWith("(set on the broker)")), details.split(", "));
  }
});

Deno.test("A setting that Kafka does not know or take is an error with its name and value, and nothing is created", async () => {
  await using place = new Workplace(servers);
  const [made, out] = [`${place.topic}-made`, `${place.topic}-out`];
  for (
    const [topic, args] of [
      [place.topic, ["produce", "--limit", "5"]],
      [made, ["topic", "create", made]],
      [out, ["analyze", "by_type", "--trigger", "once", "--sink", `kafka:${out}`]],
    ] as const
  ) {
    if (topic === out) await place.succeedInProcess(["topic", "create", place.topic]);
    for (
      const [setting, said] of [
        ["retention.days=7", "Unknown topic config name: retention\\.days"],
        [
          "retention.ms=long",
          "Invalid value long for configuration retention\\.ms: Not a number of type LONG",
        ],
      ] as const
    ) {
      const { code, stderr } = await place.runInProcess([...args, "--topic-config", setting]);
      equal(code, 1);
      match(stderr, new RegExp(`Kafka refused to create topic ${topic} with ${setting}: ${said}\\.`));
    }
    ok(!(await withAdmin((admin) => admin.listTopics())).includes(topic));
  }
});

Deno.test("A topic that is there already stays as it is, and the settings for new ones are told to have no effect", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--retention", "2d"]);
  const { stderr } = await place.succeedInProcess([
    ...["produce", "--limit", "5", "--retention", "forever", "--topic-config", "cleanup.policy=compact"],
  ]);
  match(
    stderr,
    new RegExp(
      `^warning: Topic ${place.topic} already exists: ` +
        "--retention forever and --topic-config cleanup\\.policy=compact have no effect on it\\.$",
      "m",
    ),
  );
  deepEqual((await settingsOf(place.topic)).own, { "retention.ms": String(2 * DAY_MS) });
});

Deno.test("A record that its topic will delete for its age is warned about, once", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--retention", "2d"]);
  const stdin = [event(1), event(3), event(3)].join("");
  const { stderr } = await place.succeedInProcess([...AS_EVENTS, "--input", "-"], { stdin });
  equal(stderr.match(/deletes records that old/g)?.length, 1);
  match(
    stderr,
    new RegExp(
      `^warning: Record 2 of stdin \\(line 2, byte \\d+\\) is dated \\d{4}-\\d\\d-\\d\\d; topic ${place.topic} ` +
        "deletes records that old \\(retention 2 d\\)\\. .*--retention forever.*--timestamp now\\.$",
      "m",
    ),
  );
});
