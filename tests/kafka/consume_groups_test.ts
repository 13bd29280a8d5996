/** Consumer groups on a real Kafka: who gets what, beside members of other programs, and what members survive. */
import { deepEqual, equal, match, ok } from "assert";
import { AssignerProtocol } from "kafkajs";
import { connectToKafka } from "../support/brokers.ts";
import { findCoordinator } from "../../lib/broker/kafka/connection/coordinators.ts";
import { leaveCall } from "../../lib/broker/kafka/group/protocol.ts";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { type RunningProgram, start } from "../support/program.ts";
import { lines, Workplace } from "../support/workplace.ts";
import { whenTrue } from "../support/when_true.ts";

const { servers } = await sharedKafka();
const withAdmin = adminOf(servers);

/** A place whose topic has so many partitions. */
async function placeOf(numPartitions: number): Promise<Workplace> {
  const place = new Workplace(servers);
  await withAdmin((admin) => createTopic(admin, { topic: place.topic, numPartitions }));
  return place;
}

/** What Kafka says each member of a group has been assigned, by topic. */
async function assignments(group: string): Promise<Record<string, readonly number[]>[]> {
  const { groups } = await withAdmin((admin) => admin.describeGroups([group]));
  return groups[0]!.members.map(({ memberAssignment }) =>
    memberAssignment.length === 0
      ? {}
      : { ...AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment }
  );
}

async function committed(groupId: string, topic: string): Promise<number[]> {
  const [found] = await withAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
  return found!.partitions.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n));
const asLines = (values: readonly string[]) => values.map((value) => `${value}\n`).join("");

Deno.test("Members that read different topics get the partitions of their own topics only", async () => {
  await using one = await placeOf(3);
  await using two = await placeOf(2);
  const group = `group-of-${one.topic}`;
  const places = [one, two];
  const members = places.map((place) => place.start(["consume", "--group", group, "--format", "value"]));
  await whenTrue(async () => {
    const all = await assignments(group);
    return all.length === 2 && all.every((topics) => Object.keys(topics).length === 1);
  });
  const byTopic = Object.assign({}, ...await assignments(group));
  deepEqual(byTopic, { [one.topic]: [0, 1, 2], [two.topic]: [0, 1] });
  for (const [index, place] of places.entries()) {
    for (let partition = 0; partition < 3 - index; partition++) {
      await place.kcat(["-P", "-p", String(partition)], `${place.topic} ${partition}\n`);
    }
  }
  for (const [index, place] of places.entries()) {
    const expected = [0, 1, 2].slice(0, 3 - index).map((partition) => `${place.topic} ${partition}`);
    await members[index]!.until(({ stdout }) => lines(stdout).length === expected.length);
    deepEqual(lines(members[index]!.stdout).toSorted(), expected);
  }
  // And one that ends at the end does so, though another topic's member goes on.
  members[1]!.kill("SIGINT");
  equal((await members[1]!.ended()).code, 0);
  await two.kcat(["-P"], "more\n");
  const last = await two.succeed(["consume", "--group", group, "--format", "value", "--exit-at-end"]);
  deepEqual(lines(last.stdout), ["more"]);
});

for (
  const [first, strategy] of [["kcat", "range"], ["kcat", "roundrobin"], ["consume", "range,roundrobin"]]
) {
  Deno.test(`consume and kcat share a group, divided by ${strategy}, also when ${first} was there first`, async () => {
    await using place = await placeOf(4);
    await using other = await placeOf(1);
    const group = `group-of-${place.topic}`;
    const kcat = (topic: string) =>
      start(
        [
          "-b",
          servers.join(),
          "-q",
          "-u",
          "-X",
          `partition.assignment.strategy=${strategy}`,
          "-X",
          "auto.offset.reset=earliest",
          "-G",
          group,
          topic,
        ],
        { executable: "kcat" },
      );
    const ours = () => place.start(["consume", "--group", group, "--format", "value"]);
    const members: RunningProgram[] = [];
    try {
      members.push(first === "kcat" ? kcat(place.topic) : ours());
      await whenTrue(async () =>
        (await assignments(group)).some((topics) => topics[place.topic]?.length === 4)
      );
      members.push(first === "kcat" ? ours() : kcat(place.topic), kcat(other.topic));
      await whenTrue(async () => {
        const all = await assignments(group);
        const counts = all.map((
          topics,
        ) => [topics[place.topic]?.length ?? 0, topics[other.topic]?.length ?? 0]);
        return counts.map(String).toSorted().join(" ") === "0,1 2,0 2,0";
      });
      const values = [0, 1, 2, 3].map((partition) => `in ${partition}`);
      for (const [partition, value] of values.entries()) {
        await place.kcat(["-P", "-p", String(partition)], `${value}\n`);
      }
      await other.kcat(["-P"], "of the other\n");
      await whenTrue(() => members.flatMap(({ stdout }) => lines(stdout)).length === 5);
      deepEqual(members.slice(0, 2).map(({ stdout }) => lines(stdout).length), [2, 2]);
      deepEqual(members.slice(0, 2).flatMap(({ stdout }) => lines(stdout)).toSorted(), values);
      deepEqual(lines(members[2]!.stdout), ["of the other"]);
    } finally {
      for (const member of members) member.kill("SIGTERM");
      await Promise.all(members.map((member) => member.ended()));
    }
  });
}

Deno.test("A group whose members divide partitions in another way is told so", async () => {
  await using place = await placeOf(1);
  const group = `group-of-${place.topic}`;
  const kcat = start(
    [
      "-b",
      servers.join(),
      "-q",
      "-X",
      "partition.assignment.strategy=cooperative-sticky",
      "-G",
      group,
      place.topic,
    ],
    { executable: "kcat" },
  );
  try {
    await whenTrue(async () =>
      (await assignments(group)).some((topics) => topics[place.topic] !== undefined)
    );
    const { code, stderr } = await place.run(["consume", "--group", group]);
    equal(code, 1);
    match(stderr, /group-of-\S+ use another partition assignment strategy/);
  } finally {
    kcat.kill("SIGTERM");
    await kcat.ended();
  }
});

for (const from of ["committed", "end"]) {
  Deno.test(`New partitions are seen while consume --from ${from} runs, and read from their beginning`, async () => {
    await using place = await placeOf(1);
    const member = place.start([
      ...["consume", "--group", `group-of-${place.topic}`, "--from", from, "--format", "value"],
      ...["-X", "kafka.auto_offset_reset=latest"],
    ]);
    // It reads from the end on, so it is there once it has printed any of these.
    for (let n = 0; lines(member.stdout).length === 0; n++) await place.kcat(["-P", "-p", "0"], `${n}\n`);
    const topicPartitions = [{ topic: place.topic, count: 3 }];
    await withAdmin(async (admin) => {
      await admin.createPartitions({ topicPartitions });
      // The controller has answered; the server that kcat asks may hear of it later.
      await whenTrue(async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [place.topic] });
        return topics[0]!.partitions.length === 3;
      });
    });
    for (const partition of [1, 2]) await place.kcat(["-P", "-p", String(partition)], `in ${partition}\n`);
    await member.until(({ stdout }) => /^in 1$/m.test(stdout) && /^in 2$/m.test(stdout));
    member.kill("SIGINT");
    equal((await member.ended()).code, 0);
  });
}

Deno.test("A member that is forgotten joins again; each record is printed once, and all are committed", async () => {
  await using place = await placeOf(2);
  const group = `group-of-${place.topic}`;
  const member = place.start(["consume", "--group", group, "--format", "value"]);
  const connection = await connectToKafka({ kind: "kafka", servers, clientId: "test", properties: {} });
  const described = async () => (await withAdmin((admin) => admin.describeGroups([group]))).groups[0]!;
  const forget = async () => {
    await whenTrue(async () => (await described()).state === "Stable");
    const [{ memberId }] = (await described()).members as unknown as [{ readonly memberId: string }];
    // What Kafka's own tools send to remove a member.
    const coordinator = await findCoordinator(connection.cluster, { kind: "group", key: group });
    await connection.send(coordinator, leaveCall({ group, memberId, generationId: -1 }));
    return memberId;
  };
  try {
    const forgotten = new Set<string>();
    for (let round = 0; round < 3; round++) {
      // The records come before or after it has noticed; the last ones when it is told to end.
      if (round % 2 === 1) forgotten.add(await forget());
      await place.kcat(["-P", "-p", String(round % 2)], asLines(numbered(round * 50, round * 50 + 50)));
      await member.until(({ stdout }) => lines(stdout).length === round * 50 + 50);
      if (round % 2 === 0) forgotten.add(await forget());
    }
    equal(forgotten.size, 3);
    await place.kcat(["-P", "-p", "0"], asLines(numbered(150, 200)));
    await member.until(({ stdout }) => lines(stdout).length === 200);
    member.kill("SIGINT");
    const { code, stdout, stderr } = await member.ended();
    equal(code, 0, stderr);
    deepEqual(lines(stdout).map(Number).toSorted((a, b) => a - b), numbered(0, 200).map(Number));
    deepEqual(await committed(group, place.topic), [150, 50]);
  } finally {
    await connection.close();
  }
});

Deno.test("A reader that goes away ends a member well, and what it has not read is not committed twice", async () => {
  await using place = await placeOf(1);
  await place.kcat(["-P"], asLines(numbered(0, 20_000)));
  const group = `group-of-${place.topic}`;
  const script = '"$@" | head -n 1; exit ${PIPESTATUS[0]}';
  const { code, stdout, stderr } = await place.bash(script, [
    "consume",
    "--group",
    group,
    "--format",
    "value",
  ]);
  equal(code, 0, stderr);
  equal(stdout, "0\n");
  ok(!/Broken pipe|failed/.test(stderr), stderr);
  // The group has no member left, so that the next one does not wait for it.
  deepEqual(await assignments(group), []);
});

Deno.test("Who is interrupted while the group is being joined ends at once, and is waited for by nobody", async () => {
  await using place = await placeOf(1);
  await place.kcat(["-P"], "0\n");
  const group = `group-of-${place.topic}`;
  const member = place.start(["consume", "--group", group]);
  // A new group waits for further members before the first join is answered.
  await whenTrue(async () =>
    (await withAdmin((admin) => admin.describeGroups([group]))).groups[0]!.members.length > 0
  );
  member.kill("SIGINT");
  equal((await member.ended()).code, 0);
  deepEqual(await assignments(group), []);
});
