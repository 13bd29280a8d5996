import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type Assignment, ASSIGNORS, type GroupMember } from "../../lib/broker/kafka/group/assignors.ts";

function plain(assignment: Assignment): Record<string, Record<string, readonly number[]>> {
  return Object.fromEntries(
    [...assignment].map(([member, topics]) => [member, Object.fromEntries(topics)]),
  );
}

const sizes = (assignment: Assignment) =>
  [...assignment.values()].map((topics) => [...topics.values()].flat().length);

const TOPICS = ["a", "b", "c"];
const counts = fc.record({ a: fc.nat(7), b: fc.nat(7), c: fc.nat(7) }).map((of) =>
  new Map(Object.entries(of))
);
const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.subarray(TOPICS).map((topics): GroupMember => ({ id, topics }))))
  );

for (const [name, assign] of Object.entries(ASSIGNORS)) {
  Deno.test(`${name}: each partition has one reader, who has subscribed to its topic, whatever the order`, () => {
    fc.assert(fc.property(members, counts, (group, counts) => {
      const assignment = assign(group, counts);
      equal(assignment.size, group.length);
      for (const topic of TOPICS) {
        const readers = group.filter(({ topics }) => topics.includes(topic)).map(({ id }) => id);
        const given = [...assignment].flatMap(([id, topics]) =>
          (topics.get(topic) ?? []).map((partition) => {
            ok(readers.includes(id), `${id} has not subscribed to ${topic}`);
            return partition;
          })
        );
        const all = readers.length === 0 ? [] : Array.from({ length: counts.get(topic)! }, (_, n) => n);
        deepEqual(given.toSorted((left, right) => left - right), all);
      }
      deepEqual(plain(assign(group.toReversed(), counts)), plain(assignment));
    }));
  });

  Deno.test(`${name}: members that read the same topics have shares that differ by what the name allows`, () => {
    fc.assert(fc.property(members, counts, (group, counts) => {
      const same = group.map(({ id }) => ({ id, topics: TOPICS }));
      const shares = sizes(assign(same, counts));
      const most = name === "range" ? TOPICS.length : 1;
      ok(Math.max(...shares) - Math.min(...shares) <= most, shares.join());
    }));
  });
}

Deno.test("The examples in the documentation of Java's assignors come out as they stand there", () => {
  const both = ["C0", "C1"].map((id) => ({ id, topics: ["t0", "t1"] }));
  const threeEach = new Map([["t0", 3], ["t1", 3]]);
  deepEqual(plain(ASSIGNORS["range"]!(both, threeEach)), {
    C0: { t0: [0, 1], t1: [0, 1] },
    C1: { t0: [2], t1: [2] },
  });
  deepEqual(plain(ASSIGNORS["roundrobin"]!(both, threeEach)), {
    C0: { t0: [0, 2], t1: [1] },
    C1: { t0: [1], t1: [0, 2] },
  });
  const growing = ["C0", "C1", "C2"].map((id, index) => ({
    id,
    topics: ["t0", "t1", "t2"].slice(0, index + 1),
  }));
  deepEqual(plain(ASSIGNORS["roundrobin"]!(growing, new Map([["t0", 1], ["t1", 2], ["t2", 3]]))), {
    C0: { t0: [0] },
    C1: { t1: [0] },
    C2: { t1: [1], t2: [0, 1, 2] },
  });
});
