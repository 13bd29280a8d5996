/** What an analysis makes of topics that come, grow, shrink and are replaced while it runs, on a real Kafka. */
import { deepEqual, equal, match, ok } from "assert";
import { Kafka, logLevel } from "kafkajs";
import { join } from "node:path";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import type { RunningProgram } from "../support/program.ts";
import { lines, Workplace } from "../support/workplace.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const { servers } = await sharedKafka();

const QUERY = "[query.ids]\nsql = SELECT id FROM t\n";
const RUN = ["analyze", "ids", "--sink", "ndjson", "--trigger", "100ms"];

/** A place whose stream `t` is declared by the given keys, and what tests do with its Kafka. */
class Sources extends Workplace {
  readonly broker = openBroker({ kind: "kafka", servers, clientId: "test", properties: {} });
  readonly #admin = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING }).admin();

  constructor(stream: (topic: string) => string) {
    super(servers);
    const text = `[stream.t]\ncolumns = id INT\nwatermark = none\n${stream(this.topic)}\n${QUERY}`;
    Deno.writeTextFileSync(join(this.directory, "app.cfg"), text);
  }

  async make(topic: string, numPartitions = 1): Promise<void> {
    await (await this.broker).createTopic(topic, {
      numPartitions,
      replicationFactor: 1,
      config: { "retention.ms": "-1" },
    });
  }

  async send(topic: string, ids: readonly number[], partition = 0): Promise<void> {
    const appender = await (await this.broker).openAppender({ codec: "none", acks: "all" });
    const records = ids.map((id) => ({
      key: null,
      value: new TextEncoder().encode(JSON.stringify({ id })),
      timestampMs: Date.now(),
    }));
    await appender.append(topic, [{ partition, records: RecordsBuilder.of(records) }]);
    await appender.close();
  }

  /** Deletes the records of partition 0 that lie before an offset. */
  async deleteBefore(topic: string, offset: number): Promise<void> {
    await this.#admin.connect();
    // kafkajs asks for the leader of a topic that it must have heard of.
    await this.#admin.fetchTopicMetadata({ topics: [topic] });
    await this.#admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  }

  async growTo(topic: string, count: number): Promise<void> {
    await this.#admin.connect();
    await this.#admin.createPartitions({ topicPartitions: [{ topic, count }] });
    const broker = await this.broker;
    while ((await broker.describeTopic(topic))!.partitions.length < count);
  }

  async replace(topic: string): Promise<void> {
    const broker = await this.broker;
    await broker.deleteTopic(topic);
    while (await broker.describeTopic(topic) !== undefined);
    await this.make(topic);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#admin.disconnect();
    await (await this.broker).close();
  }
}

function idsOf(stdout: string): number[] {
  return lines(stdout).map((line) => (JSON.parse(line) as { id: number }).id).toSorted((a, b) => a - b);
}

async function untilIds(program: RunningProgram, expected: readonly number[]): Promise<void> {
  await program.until(({ stdout }) => lines(stdout).length >= expected.length);
  deepEqual(idsOf(program.stdout), expected);
}

/** Stops the program where it stands, for as long as the body takes. */
async function whilePaused(program: RunningProgram, body: () => Promise<void>): Promise<void> {
  program.kill("SIGSTOP");
  try {
    await body();
  } finally {
    program.kill("SIGCONT");
  }
}

async function endsWell(program: RunningProgram): Promise<void> {
  program.kill("SIGINT");
  equal((await program.ended()).code, 0);
}

Deno.test("Topics that start to match a pattern, and new partitions, are read from their beginning", async () => {
  await using place = new Sources((topic) => `topic_pattern = ${topic}-[ab]`);
  const [a, b, c] = ["a", "b", "c"].map((end) => `${place.topic}-${end}`) as [string, string, string];
  await place.make(a);
  await place.make(c);
  await place.send(a, [1]);
  await place.send(c, [99]);
  const program = place.start([...RUN, "--starting-offsets", "earliest"]);
  await untilIds(program, [1]);
  await whilePaused(program, async () => {
    await place.make(b);
    await place.send(b, [2]);
    await place.growTo(a, 2);
    await place.send(a, [3], 1);
  });
  await untilIds(program, [1, 2, 3]);
  await place.send(a, [4]);
  await untilIds(program, [1, 2, 3, 4]);
  await endsWell(program);
});

for (const trigger of ["0s", "100ms"]) {
  Deno.test(`With a trigger of ${trigger}, a topic that is deleted keeps a pattern from none of the others`, async () => {
    await using place = new Sources((topic) => `topic_pattern = ${topic}-[abc]`);
    const [a, b, c] = ["a", "b", "c"].map((end) => `${place.topic}-${end}`) as [string, string, string];
    for (const topic of [a, b]) await place.make(topic);
    await place.send(a, [1]);
    await place.send(b, [2]);
    const words = [
      "analyze",
      "ids",
      "--sink",
      "ndjson",
      "--trigger",
      trigger,
      "--fail-on-data-loss",
      "false",
    ];
    const program = place.start(words);
    await untilIds(program, [1, 2]);
    await whilePaused(program, async () => {
      await (await place.broker).deleteTopic(a);
      await place.make(c);
      await place.send(c, [3]);
    });
    await untilIds(program, [1, 2, 3]);
    await place.send(b, [4]);
    await untilIds(program, [1, 2, 3, 4]);
    await endsWell(program);
    match(
      program.stderr,
      new RegExp(`Topic ${a} was deleted\\. It was read up to offset 1 of ${a}-0`),
    );
  });
}

Deno.test("A topic that was deleted hides no change of the others, and comes back as another one", async () => {
  await using place = new Sources((topic) => `topic_pattern = ${topic}-[ab]`);
  const [a, b] = [`${place.topic}-a`, `${place.topic}-b`];
  for (const topic of [a, b]) await place.make(topic);
  await place.send(a, [1]);
  const program = place.start([...RUN, "--fail-on-data-loss", "false"]);
  await untilIds(program, [1]);
  await (await place.broker).deleteTopic(a);
  await program.until(({ stderr }) => stderr.includes(`Topic ${a} was deleted`));
  await place.growTo(b, 2);
  await place.send(b, [2], 1);
  await untilIds(program, [1, 2]);
  await place.make(a);
  await place.send(a, [3]);
  await untilIds(program, [1, 2, 3]);
  await endsWell(program);
});

Deno.test("A stream of several topics reads each record of each of them once, from the offsets that it is given", async () => {
  await using place = new Sources((topic) => `topic = ${topic}-a, ${topic}-b`);
  const [a, b] = [`${place.topic}-a`, `${place.topic}-b`];
  await place.make(a);
  await place.make(b, 2);
  await place.send(a, [1, 2, 3]);
  await place.send(b, [4, 5]);
  await place.send(b, [6, 7], 1);
  const run = async (...args: string[]) =>
    idsOf(
      (await place.succeedInProcess([
        "analyze",
        "ids",
        "--sink",
        "ndjson",
        "--trigger",
        "available-now",
        ...args,
      ]))
        .stdout,
    );
  deepEqual(await run(), [1, 2, 3, 4, 5, 6, 7]);
  deepEqual(await run("--max-offsets-per-trigger", "2"), [1, 2, 3, 4, 5, 6, 7]);
  const starts = { [a]: { 0: 1 }, [b]: { 0: -1, 1: -2 } };
  deepEqual(await run("--starting-offsets", JSON.stringify(starts)), [2, 3, 6, 7]);
});

for (const failOnDataLoss of [true, false]) {
  const keys = () => "";

  Deno.test(`fail_on_data_loss = ${failOnDataLoss}: records that are deleted before they are read`, async () => {
    await using place = new Sources(keys);
    await place.make(place.topic);
    await place.send(place.topic, [1]);
    const program = place.start([...RUN, "--fail-on-data-loss", String(failOnDataLoss)]);
    await untilIds(program, [1]);
    await whilePaused(program, async () => {
      await place.send(place.topic, [2, 3, 4, 5]);
      await place.deleteBefore(place.topic, 4);
    });
    const told = new RegExp(`Data was deleted before it was read: offsets 1 to 3 of ${place.topic}-0`);
    if (failOnDataLoss) {
      const { code, stderr } = await program.ended();
      equal(code, 1);
      match(stderr, told);
    } else {
      await untilIds(program, [1, 5]);
      await endsWell(program);
      match(program.stderr, told);
    }
  });

  Deno.test(`fail_on_data_loss = ${failOnDataLoss}: a topic that is deleted and created again`, async () => {
    await using place = new Sources(keys);
    await place.make(place.topic);
    await place.send(place.topic, [1]);
    const program = place.start([...RUN, "--fail-on-data-loss", String(failOnDataLoss)]);
    await untilIds(program, [1]);
    await whilePaused(program, async () => {
      await place.replace(place.topic);
      // More than before: by its offsets alone the topic seems to have gone on.
      await place.send(place.topic, [10, 11, 12]);
    });
    const told = new RegExp(
      `Topic ${place.topic} was deleted and created again \\(its ID was .* offset 1 of ${place.topic}-0`,
    );
    if (failOnDataLoss) {
      const { code, stderr } = await program.ended();
      equal(code, 1);
      match(stderr, told);
    } else {
      await untilIds(program, [1, 10, 11, 12]);
      await endsWell(program);
      match(program.stderr, told);
    }
  });
}

Deno.test("A topic that was replaced while the query was down is told from the one that its checkpoint knows", async () => {
  await using place = new Sources(() => "");
  await place.make(place.topic);
  await place.send(place.topic, [1]);
  const run = (...args: string[]) =>
    place.runInProcess([
      ...["analyze", "ids", "--sink", "ndjson", "--trigger", "available-now", "--checkpoint", "kept"],
      ...args,
    ]);
  deepEqual(idsOf((await run()).stdout), [1]);
  await place.replace(place.topic);
  await place.send(place.topic, [10, 11]);
  for (let attempt = 0; attempt < 2; attempt++) {
    const refused = await run();
    equal(refused.code, 1);
    match(refused.stderr, /was deleted and created again/);
  }
  const { code, stdout } = await run("--fail-on-data-loss", "false");
  equal(code, 0);
  deepEqual(idsOf(stdout), [10, 11]);
  const after = await run();
  ok(after.code === 0 && after.stdout === "", "the query has taken the new topic for its own");
});
