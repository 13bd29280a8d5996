/**
 * A real Kafka that freezes, dies or stays away under all verbs at once: each of them tells it once, goes on where it
 * was, or says how far it has come.
 */
import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { openBroker } from "../support/brokers.ts";
import { sampleCalls } from "../support/calls.ts";
import { equippedKafka } from "../support/equipped_kafka.ts";
import { startKafka } from "../support/kafka.ts";
import type { RunningProgram } from "../support/program.ts";
import { freshTopic, lines, Workplace } from "../support/workplace.ts";

const { kafka } = await equippedKafka();
/** In the order in which they are sent. */
const IDS = sampleCalls().map(({ crime_id: id }) => id!);
const [SERVER] = kafka.servers;

const SILENT = new RegExp(
  `^warning: Kafka at ${SERVER} has not answered for (\\d+) s; retrying until \\d\\d:\\d\\d:\\d\\d\\.$`,
);
const BACK = /^Kafka is back after (\d+) s\.$/;

/** What was told of outages: their length in seconds when they were told, and at their end. */
function toldBy(program: RunningProgram): { silent: number[]; back: number[] } {
  const found = (told: RegExp) =>
    lines(program.stderr).flatMap((line) => told.exec(line)?.[1] ?? []).map(Number);
  return { silent: found(SILENT), back: found(BACK) };
}

/** All verbs that run for long, on one topic. */
class Verbs {
  readonly produce: RunningProgram;
  readonly consume: RunningProgram;
  readonly member: RunningProgram;
  readonly analyze: RunningProgram;

  private constructor(place: Workplace, args: readonly string[], rate: number) {
    this.consume = place.start(["consume", "--from", "beginning", ...PRINTED, ...args]);
    this.member = place.start(["consume", "--group", place.topic, ...PRINTED, ...args]);
    const query = ["--trigger", "200ms", "--sink", "ndjson", "--workers", "2"];
    this.analyze = place.start(["analyze", "ids", ...query, "--config", "app.cfg", ...args]);
    this.produce = place.start(["produce", "--rate", String(rate), ...args]);
  }

  /** Starts them, and waits until each of them is at work. */
  static async start(
    place: Workplace,
    { args = [], rate }: { readonly args?: readonly string[]; readonly rate: number },
  ): Promise<Verbs> {
    const query = "[query.ids]\nsql = SELECT crime_id AS key FROM calls\noutput_mode = append\n";
    await Deno.writeTextFile(`${place.directory}/app.cfg`, query);
    await place.succeed(["topic", "create", place.topic, "--partitions", "2"]);
    const verbs = new Verbs(place, args, rate);
    await Promise.all(verbs.readers.map((reader) => reader.until(({ stdout }) => stdout !== "")));
    // Rows are printed before their batch is committed.
    await verbs.analyze.until(({ stderr }) => / batch 0: /.test(stderr));
    return verbs;
  }

  get readers(): readonly RunningProgram[] {
    return [this.consume, this.member, this.analyze];
  }

  get all(): readonly RunningProgram[] {
    return [this.produce, ...this.readers];
  }

  async untilAll(condition: (program: RunningProgram) => boolean): Promise<void> {
    await Promise.all(this.all.map((program) => program.until(() => condition(program))));
  }
}

const PRINTED = ["--format", "ndjson"];

function idsOf({ stdout }: { readonly stdout: string }): string[] {
  return lines(stdout).map((line) => (JSON.parse(line) as { key: string }).key);
}

Deno.test("A Kafka that freezes, and then dies, is told once each time by every verb, and no call is lost or doubled", async () => {
  await using place = new Workplace(kafka.servers);
  const verbs = await Verbs.start(place, { rate: 50 });

  kafka.pause(0);
  await verbs.untilAll((program) => toldBy(program).silent.length > 0);
  kafka.resume(0);
  await verbs.untilAll((program) => toldBy(program).back.length > 0);

  await kafka.kill(0);
  await verbs.untilAll((program) => toldBy(program).silent.length > 1);
  await kafka.restart(0);
  await verbs.untilAll((program) => toldBy(program).back.length > 1);

  verbs.produce.kill("SIGINT");
  const produced = await verbs.produce.ended();
  equal(produced.code, 0, produced.stderr);
  const ids = IDS.slice(0, sentBy(produced)).toSorted();
  for (const reader of verbs.readers) {
    await reader.until(({ stdout }) => lines(stdout).length >= ids.length);
    reader.kill("SIGINT");
    const { code, stdout, stderr } = await reader.ended();
    equal(code, 0, stderr);
    deepEqual(idsOf({ stdout }).toSorted(), ids);
  }
  for (const program of verbs.all) {
    const { silent, back } = toldBy(program);
    deepEqual([silent.length, back.length], [2, 2], program.stderr);
    ok(silent.every((seconds) => seconds >= 5), program.stderr);
    ok(back.every((seconds, index) => seconds >= silent[index]!), program.stderr);
  }
});

/** How many records produce says to have sent. */
function sentBy({ stderr }: { readonly stderr: string }): number {
  return Number(/^([\d,]+) records? \(/m.exec(stderr)?.[1]?.replaceAll(",", ""));
}

/** Far more than the five seconds after which an outage is told, also on a busy machine. */
const GIVEN_UP_MS = 12_000;

Deno.test("A Kafka that stays away ends every verb when it was said, and each says where it stopped", async () => {
  await using place = new Workplace(kafka.servers);
  const args = ["-X", `default.api.timeout.ms=${GIVEN_UP_MS}`];
  const verbs = await Verbs.start(place, { args, rate: 50 });
  kafka.pause(0);
  try {
    const ends = await Promise.all(verbs.all.map((program) => program.ended()));
    for (const [index, { code, stderr }] of ends.entries()) {
      equal(code, 1, stderr);
      equal(toldBy(verbs.all[index]!).silent.length, 1, stderr);
      deepEqual(toldBy(verbs.all[index]!).back, [], stderr);
      match(
        stderr,
        new RegExp(`^sfcrime: Kafka at ${SERVER} has not answered for ${GIVEN_UP_MS / 1_000} s\\.$`, "m"),
      );
      doesNotMatch(stderr, /^\s+at /m);
    }
    const [produced, consumed, member, analyzed] = ends as [Run, Run, Run, Run];
    const sent = Number(/^(\d+) records? \(/m.exec(produced.stderr)?.[1]);
    match(
      produced.stderr,
      new RegExp(`^Stopped after record ${sent} \\(line \\d+, byte \\d+\\)`, "m"),
    );
    match(consumed.stderr, /^Stopped after offset \d+ of partition \d/m);
    match(member.stderr, new RegExp(`^Stopped\\. .* the last commit of group ${place.topic}`, "m"));
    match(
      analyzed.stderr,
      /^ids: stopped after batch \d+\. Without a checkpoint, the next run starts from scratch/m,
    );
    for (const { stdout } of [consumed, member, analyzed]) {
      const ids = idsOf({ stdout });
      equal(new Set(ids).size, ids.length);
    }
    const listed = await place.run(["topic", "list"]);
    equal(listed.code, 1);
    match(listed.stderr, new RegExp(`^sfcrime: Kafka at ${SERVER} did not answer within 4 s`));
  } finally {
    kafka.resume(0);
  }
});

type Run = Awaited<ReturnType<RunningProgram["ended"]>>;

Deno.test("Topics are created as soon as the controller hears of a broker, which it may not for a while after a start", async () => {
  // For a second of each one and a half, the only broker counts as gone: one creation in four is refused.
  const late = await startKafka({
    properties: { "broker.heartbeat.interval.ms": "1500", "broker.session.timeout.ms": "500" },
  });
  try {
    const broker = await openBroker({
      kind: "kafka",
      servers: late.servers,
      clientId: "early",
      properties: {},
    });
    for (let created = 0; created < 20; created++) {
      ok(await broker.createTopic(freshTopic(), { numPartitions: 1, replicationFactor: 1 }));
    }
    await broker.close();
  } finally {
    await late.stop();
  }
});
