/**
 * Restarts after any history of crashes, and of checkpoints and sinks that were restored with or without each other:
 * what is decided is carried out on a checkpoint and a sink that are lists of batches, and the offsets in the sink are
 * counted.
 */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type RestartFacts, restartOf } from "../../lib/analyze/query/restart.ts";
import { offsetsText } from "../../lib/checkpoint/offsets_text.ts";

/** A batch that reads some offsets of the only partition; one in which nothing fits has no rows. */
interface Batch {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly hasRows: boolean;
}

/** The logged batches in their order, of which only the last may not be committed. */
interface Checkpoint {
  readonly batches: readonly Batch[];
  readonly isPending: boolean;
}

/** A sink that has the batches with rows, and those without where it keeps them, too. */
type Sink = readonly Batch[];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      size: fc.nat(3),
      hasRows: fc.boolean(),
      /** After which of the four steps of a batch it is killed, if at all. */
      killedAfter: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 4, 4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("back up" as const), copy: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("restore both", "restore checkpoint", "restore sink"),
      copy: fc.nat(1),
    }),
  },
);

const history = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
  keepsEmpty: fc.boolean(),
  keepsOffsets: fc.boolean(),
  isStateless: fc.boolean(),
  resumesAfterSink: fc.boolean(),
});

type Move = Exclude<typeof step extends fc.Arbitrary<infer T> ? T : never, { readonly kind: "run" }>;

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const offsets = ({ from, to }: Batch) => ({ from: { t: { "0": from } }, to: { t: { "0": to } } });

/** A query, its checkpoint and its sink. */
class World {
  checkpoint: Checkpoint = { batches: [], isPending: false };
  sink: Sink = [];
  /** Whether a restart has said that rows are missing. */
  isMissingTold = false;
  readonly #copies: { readonly checkpoint: Checkpoint; readonly sink: Sink }[] = Array(2).fill({
    checkpoint: this.checkpoint,
    sink: this.sink,
  });
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  get committed(): readonly Batch[] {
    const { batches, isPending } = this.checkpoint;
    return isPending ? batches.slice(0, -1) : batches;
  }

  get pending(): Batch | undefined {
    return this.checkpoint.isPending ? this.checkpoint.batches.at(-1) : undefined;
  }

  get facts(): RestartFacts {
    const { keepsOffsets, isStateless, resumesAfterSink } = this.#history;
    const [held, last, pending] = [this.sink.at(-1), this.committed.at(-1), this.pending];
    const logged = this.checkpoint.batches.find(({ id }) => id === held?.id);
    return {
      held: held && { batchId: held.id, ...(keepsOffsets ? { offsets: offsetsText(offsets(held)) } : {}) },
      standing: {
        nextBatchId: last === undefined ? 0 : last.id + 1,
        offsets: last && offsets(last).to,
        pending: pending &&
          { ...offsets(pending), batchId: pending.id, loggedAtMs: 0, watermarks: undefined },
      },
      logged: logged && offsets(logged),
      lastWithRows: this.committed.findLast(({ hasRows }) => hasRows)?.id,
      isStateless,
      resumesAfterSink,
    };
  }

  move({ kind, copy }: Move): void {
    if (kind === "back up") this.#copies[copy] = { checkpoint: this.checkpoint, sink: this.sink };
    if (kind === "restore both" || kind === "restore checkpoint") {
      this.checkpoint = this.#copies[copy]!.checkpoint;
    }
    if (kind === "restore both" || kind === "restore sink") this.sink = this.#copies[copy]!.sink;
  }

  /** A run of one more batch, after what the restart requires; false if it was refused. */
  run({ size, hasRows, killedAfter }: { size: number; hasRows: boolean; killedAfter: number }): boolean {
    const restart = restartOf(this.facts);
    if (restart.kind === "refuse") return false;
    if (restart.kind === "adopt") {
      const { batchId: id, from, to } = restart.batch;
      const before = this.checkpoint.batches.filter((batch) => batch.id < id);
      const adopted = { id, from: from["t"]!["0"]!, to: to["t"]!["0"]!, hasRows: false };
      this.checkpoint = { batches: [...before, adopted], isPending: false };
    } else {
      this.isMissingTold ||= restart.missing !== undefined;
      if (restart.repeats !== undefined) {
        const { batch, writes } = restart.repeats;
        equal(batch.batchId, this.pending!.id);
        deepEqual(batch.to, offsets(this.pending!).to);
        this.#finish(this.pending!, { writes, killedAfter: 4 });
      }
    }
    equal(this.pending, undefined, "a new batch is begun before the one that is pending is repeated");
    const from = this.committed.at(-1)?.to ?? 0;
    const batch = {
      id: (this.committed.at(-1)?.id ?? -1) + 1,
      from,
      to: from + size,
      hasRows: hasRows && size > 0,
    };
    if (killedAfter === 0) return true;
    this.checkpoint = { batches: [...this.committed, batch], isPending: true };
    this.#finish(batch, { writes: true, killedAfter });
    return true;
  }

  #finish(batch: Batch, { writes, killedAfter }: { writes: boolean; killedAfter: number }): void {
    if (writes && killedAfter >= 3 && (batch.hasRows || this.#history.keepsEmpty)) {
      this.sink = [...this.sink, batch];
    }
    if (killedAfter >= 4) this.checkpoint = { ...this.checkpoint, isPending: false };
  }
}

/** How often each offset with a row is in the sink. */
function counts(sink: Sink): number[] {
  const counts: number[] = [];
  for (const { from, to, hasRows } of sink) {
    for (let offset = from; hasRows && offset < to; offset++) counts[offset] = (counts[offset] ?? 0) + 1;
  }
  return counts;
}

/** Runs a history to its end, or to the first run that is refused. */
function worldOf(given: History, isRefused: (world: World) => void = () => {}): World {
  const world = new World(given);
  for (const step of given.steps) {
    if (step.kind !== "run") world.move(step);
    else if (!world.run(step)) {
      isRefused(world);
      break;
    }
  }
  return world;
}

const law = (body: (given: History) => void) => fc.assert(fc.property(history, body), { numRuns: 5_000 });

Deno.test("After crashes alone, no restart is refused, and the sink has each row exactly once", () =>
  law((given) => {
    const steps = given.steps.filter(({ kind }) => kind === "run");
    const world = worldOf({ ...given, steps }, () => ok(false, "it is refused"));
    if (steps.length > 0) world.run({ size: 0, hasRows: false, killedAfter: 4 });
    const { committed, sink, isMissingTold } = world;
    const expected = counts(committed);
    deepEqual(counts(sink), expected);
    ok(expected.every((count) => count === 1));
    ok(!isMissingTold);
  }));

Deno.test("No restart writes a row that the sink has, whatever was restored", () =>
  law((given) => {
    // A sink that keeps only the number of its last batch cannot tell it from another one with that number.
    const world = worldOf({ ...given, keepsOffsets: true });
    const found = counts(world.sink);
    ok(found.every((count) => count === 1), found.join());
  }));

Deno.test("Rows that the sink lacks after a restart are told, unless it is empty or the query continues after it", () =>
  law((given) => {
    const world = worldOf({ ...given, keepsOffsets: true, resumesAfterSink: false });
    const { sink, committed, isMissingTold, facts } = world;
    if (sink.length === 0 || restartOf(facts).kind === "refuse" || isMissingTold) return;
    const restart = restartOf(facts);
    const last = committed.findLast(({ hasRows }) => hasRows);
    const isMissing = last !== undefined && !sink.some(({ id }) => id >= last.id);
    equal(restart.kind === "resume" && restart.missing !== undefined, isMissing);
  }));

Deno.test("A restart is refused, or continues after the sink if it is to and can, exactly where the sink has a batch of its own", () =>
  law((given) => {
    const decide = ({ facts, sink, checkpoint: { batches } }: World) => {
      const held = sink.at(-1);
      const own = batches.find(({ id }) => id === held?.id);
      const isStrange = held !== undefined &&
        (own === undefined ? held.id > (batches.at(-1)?.id ?? -1) : given.keepsOffsets &&
          (own.from !== held.from || own.to !== held.to));
      const canAdopt = given.isStateless && given.keepsOffsets;
      const restart = restartOf(facts);
      equal(
        restart.kind,
        !isStrange ? "resume" : given.resumesAfterSink && canAdopt ? "adopt" : "refuse",
      );
      if (restart.kind === "refuse") equal(restart.canAdopt, canAdopt);
      if (restart.kind === "adopt") deepEqual(restart.batch, { batchId: held!.id, ...offsets(held!) });
    };
    const world = new World(given);
    for (const step of given.steps) {
      decide(world);
      if (step.kind !== "run") world.move(step);
      else if (!world.run(step)) return;
    }
    decide(world);
  }));
