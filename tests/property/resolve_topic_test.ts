/** What a look at a topic means: nothing is read twice or left out in silence, and no loss is told before its time. */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type FoundTopic, type KnownTopic, resolveTopic } from "../../lib/analyze/source/resolve_topic.ts";

const staleness = { topicsMs: 500, endsMs: 5_000 };
const PARTITIONS = 4;

/** A partition: what was read of it, what was seen of it, and what it holds now; its log starts below its end. */
const partition = fc.record({
  position: fc.nat(20),
  seenBehind: fc.nat(5),
  start: fc.nat(20),
  length: fc.nat(20),
  isKnown: fc.boolean(),
  isFound: fc.boolean(),
});

const look = fc.record({
  partitions: fc.array(partition, { minLength: PARTITIONS, maxLength: PARTITIONS }),
  known: fc.constantFrom("x", "y", undefined),
  found: fc.constantFrom("x", undefined),
  doubtfulMs: fc.constantFrom(0, 499, 500, 4_999, 5_000),
}).filter(({ known, found }) => found !== undefined || known !== undefined);

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function knownOf({ partitions, known: id }: Look): KnownTopic {
  const known = [...partitions.entries()].filter(([, { isKnown }]) => isKnown);
  return {
    name: "t",
    id,
    positions: new Map(known.map(([index, { position }]) => [index, position])),
    ends: new Map(known.map(([index, { position, seenBehind }]) => [index, position + seenBehind])),
  };
}

function foundOf({ partitions, found: id }: Look): FoundTopic | undefined {
  const found = [...partitions.entries()].filter(([, { isFound }]) => isFound);
  return id === undefined ? undefined : {
    id,
    starts: new Map(found.map(([index, { start }]) => [index, start])),
    ends: new Map(found.map(([index, { start, length }]) => [index, start + length])),
  };
}

/** Which partitions are not as they should be, by the plainest of rules. */
function troubles({ partitions }: Look) {
  const known = partitions.filter(({ isKnown }) => isKnown);
  return {
    gone: known.filter(({ isFound }) => !isFound).length,
    deleted: known.filter(({ isFound, position, start }) => isFound && start > position).length,
    short:
      known.filter(({ isFound, position, seenBehind, start, length }) =>
        isFound && start <= position && start + length < position + seenBehind
      ).length,
  };
}

function property(body: (look: Look) => void): void {
  fc.assert(fc.property(look, body), { numRuns: 2_000 });
}

Deno.test("A look is what it is by what was found, and what may be stale is asked for again first", () =>
  property((look) => {
    const resolution = resolveTopic({ known: knownOf(look), found: foundOf(look) }, { ...look, staleness });
    const { gone, deleted, short } = troubles(look);
    const isOther = look.known !== undefined && look.known !== look.found;
    const expected = isOther
      ? look.doubtfulMs < staleness.topicsMs ? "ask-again" : "replaced"
      : (gone > 0 && look.doubtfulMs < staleness.topicsMs) ||
          (short > 0 && look.doubtfulMs < staleness.endsMs)
      ? "ask-again"
      : gone + deleted + short > 0
      ? "lost"
      : "go-on";
    equal(resolution.kind, expected);
    if (resolution.kind === "lost") equal(resolution.losses.length, gone + deleted + short);
  }));

Deno.test("Reading goes on at the position, but behind what was deleted and at an end that was cut off", () =>
  property((look) => {
    const found = foundOf(look);
    const resolution = resolveTopic({ known: knownOf(look), found }, { ...look, staleness });
    if (resolution.kind === "ask-again" || resolution.topic === undefined) return;
    const { id, positions, ends } = resolution.topic;
    equal(id, look.found);
    deepEqual([...positions.keys()], [...found!.ends.keys()]);
    for (const [index, at] of positions) {
      const { isKnown, position, start, length } = look.partitions[index]!;
      const isRead = isKnown && resolution.kind !== "replaced";
      equal(at, isRead ? Math.min(Math.max(position, start), start + length) : start);
      // No batch takes more than there is, or goes back.
      equal(ends.get(index), start + length);
      ok(at <= ends.get(index)!);
    }
  }));

Deno.test("A broker whose answers are never stale is never asked again", () =>
  property((look) => {
    const { kind } = resolveTopic(
      { known: knownOf(look), found: foundOf(look) },
      { doubtfulMs: 0, staleness: { topicsMs: 0, endsMs: 0 } },
    );
    ok(kind !== "ask-again");
  }));
