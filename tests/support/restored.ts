/**
 * Checkpoints and sinks that were restored or copied, with the other or without: no row is missing or there twice
 * without a word.
 */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sampleCalls } from "./calls.ts";
import { rowsOfFiles, rowsOfTable, rowsOfTopic } from "./crash.ts";
import { committedRecords } from "./sink_topic.ts";
import { Workplace } from "./workplace.ts";
import { whenTrue } from "./when_true.ts";

const CONFIG = `
[query.ids]
sql = SELECT crime_id FROM calls
[query.types]
sql = SELECT original_crime_type_name AS type, count(*) AS n FROM calls GROUP BY original_crime_type_name
output_mode = complete
`;
const CHECKPOINT = "kept";
/** How many calls each turn of a test sends. */
const TURN = 10;

export type SinkKind = "json" | "csv" | "parquet" | "sqlite" | "kafka";

/** A place where one query runs into one sink, a batch with each call of {@link run}. */
export class RestoredPlace implements AsyncDisposable {
  readonly place: Workplace;
  readonly #query: string;
  readonly #kind: SinkKind;
  readonly #servers: readonly string[];

  private constructor(query: string, kind: SinkKind, servers: readonly string[]) {
    this.place = new Workplace(servers);
    this.#query = query;
    this.#kind = kind;
    this.#servers = servers;
  }

  static async open(query: string, kind: SinkKind, servers: readonly string[] = []): Promise<RestoredPlace> {
    const opened = new RestoredPlace(query, kind, servers);
    await Deno.writeTextFile(opened.at("test.cfg"), CONFIG);
    return opened;
  }

  at(name: string): string {
    return join(this.place.directory, name);
  }

  /** Where the rows go: a name in the place, or a topic. */
  get out(): string {
    return this.#kind === "kafka" ? `${this.place.topic}-out` : "out";
  }

  async produce(count = TURN): Promise<void> {
    await this.place.succeedInProcess(["produce", "--limit", String(count)]);
  }

  /** One run over what is there. */
  async run(flags: readonly string[] = [], sink = `${this.#kind}:${this.out}`) {
    // It is about what a run leaves for the next one, so one worker is enough: each takes time to start.
    const words = ["analyze", this.#query, "--config", "test.cfg", "--checkpoint", CHECKPOINT];
    const how = ["--trigger", "available-now", "--sink", sink, "--workers", "1"];
    return await this.place.runInProcess([...words, ...how, ...flags]);
  }

  async succeed(flags: readonly string[] = [], sink?: string): Promise<string> {
    const { code, stderr } = await this.run(flags, sink);
    equal(code, 0, stderr);
    return stderr;
  }

  /** More calls, and a run over them. */
  async turn(): Promise<void> {
    await this.produce();
    await this.succeed();
  }

  /** The rows that a reader sees. */
  async rows(): Promise<string[]> {
    if (this.#kind === "sqlite") return rowsOfTable(this.at("out"), this.#query);
    if (this.#kind !== "kafka") return await rowsOfFiles(this.at("out"));
    if (this.#servers.length > 0) {
      return (await committedRecords(this.#servers, this.out)).map(({ payload }) => payload!).sort();
    }
    return await rowsOfTopic({ kind: "embedded", path: this.at(".sfcrime/broker.db") }, this.out);
  }

  /** Waits until a reader sees so many rows. */
  async until(count: number): Promise<void> {
    let seen = 0;
    await whenTrue(async () => (seen = (await this.rows()).length) === count, {
      failure: () => `${seen} rows`,
    });
  }

  /** Puts a copy of files or folders aside. */
  async backUp(...names: readonly string[]): Promise<void> {
    for (const name of names) await copy(this.at(name), this.at(`backup-${name}`));
  }

  /** Brings a copy back in the place of what is there. */
  async restore(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await Deno.remove(this.at(name), { recursive: true });
      await copy(this.at(`backup-${name}`), this.at(name));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
  }
}

/**
 * The broker's file that was restored without the checkpoint, and grown past it again: the query would skip what it
 * has never read.
 */
export async function restoredBrokerLaw(): Promise<void> {
  await using at = await RestoredPlace.open("ids", "json");
  await at.turn();
  await at.backUp(".sfcrime");
  await at.turn();
  await at.restore(".sfcrime");
  await at.produce();
  await at.produce();
  const partition = `${at.place.topic}-0`;
  const { code, stderr } = await at.run();
  equal(code, 1, stderr);
  match(
    stderr,
    new RegExp(`${partition} was read up to offset 20, but has different records from offset 10 on`),
  );
  match(stderr, /Restore the checkpoint and its sink from the same backup/);
  equal((await at.rows()).length, 2 * TURN, "what is refused changes nothing");
  match(
    await at.succeed(["--fail-on-data-loss", "false"]),
    new RegExp(`${partition} was read up to .* Resuming at offset 10`),
  );
  deepEqual(idsIn(await at.rows()), idsOf(4));
  await at.turn();
  deepEqual(idsIn(await at.rows()), idsOf(5), "and from then on as ever");
}

/** All of it restored at once: the broker's file, the checkpoint, and a sink in another file or in the broker. */
export async function allRestoredLaw(kind: SinkKind): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind);
  await at.turn();
  const names = [CHECKPOINT, ".sfcrime", ...kind === "kafka" ? [] : ["out"]];
  await at.backUp(...names);
  await at.turn();
  await at.restore(...names);
  await at.produce();
  await at.turn();
  deepEqual(idsIn(await at.rows()), idsOf(3));
}

async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

/** The ids of what was produced in some turns; each sends the same calls. */
function idsOf(turns: number, count = TURN): string[] {
  return Array.from({ length: turns }, () => sampleCalls().slice(0, count))
    .flat().map(({ crime_id }) => crime_id!).sort();
}

const idsIn = (rows: readonly string[]) => rows.map((row) => /\d{6,}/.exec(row)![0]).sort();

/** A checkpoint that was restored without its sink is refused, and what follows from each way out. */
export async function restoredCheckpointLaw(kind: SinkKind, servers: readonly string[] = []): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind, servers);
  await at.turn();
  await at.backUp(CHECKPOINT);
  await at.turn();
  deepEqual(idsIn(await at.rows()), idsOf(2));
  await at.restore(CHECKPOINT);
  await at.produce();

  const { code, stderr } = await at.run();
  equal(code, 1, stderr);
  const partition = `${at.place.topic}-0`;
  match(stderr, /The sink of ids does not match its checkpoint kept/);
  match(
    stderr,
    new RegExp(`The sink holds:\\n.*batch 1, offsets ${TURN} to ${2 * TURN - 1} of ${partition}`),
  );
  match(
    stderr,
    new RegExp(`The checkpoint has:\\n.*batch 1 to run next, from offset ${TURN} of ${partition}`),
  );
  match(stderr, /Restore both from the same backup, or restart the query .*--resume-after-sink/);
  deepEqual(idsIn(await at.rows()), idsOf(2), "what is refused changes nothing");

  match(await at.succeed(["--resume-after-sink"]), /ids resumes after batch 1, the last one in its sink/);
  deepEqual(idsIn(await at.rows()), idsOf(3));
  await at.turn();
  deepEqual(idsIn(await at.rows()), idsOf(4), "and from then on as ever");
}

/** An old copy of a checkpoint, started while the original runs, is refused without a trace: the original goes on. */
export async function copiedCheckpointLaw(kind: SinkKind, servers: readonly string[] = []): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind, servers);
  await at.turn();
  await at.backUp(CHECKPOINT);
  await at.produce();
  const words = ["analyze", "ids", "--config", "test.cfg", "--sink", `${kind}:${at.out}`];
  const original = at.place.start([...words, "--trigger", "100ms", "--checkpoint", CHECKPOINT]);
  await at.until(2 * TURN);

  const copied = await at.place.runInProcess([
    ...[...words, "--trigger", "available-now"],
    ...["--checkpoint", `backup-${CHECKPOINT}`],
  ]);
  equal(copied.code, 1, copied.stderr);
  match(copied.stderr, new RegExp(`The sink of ids does not match its checkpoint backup-${CHECKPOINT}`));

  await at.produce();
  await at.until(3 * TURN);
  original.kill("SIGINT");
  const { code, stderr } = await original.ended();
  equal(code, 0, stderr);
  deepEqual(idsIn(await at.rows()), idsOf(3));
}

/** The same in complete mode, where the result would stay as it is. */
export async function restoredCompleteLaw(kind: SinkKind, servers: readonly string[] = []): Promise<void> {
  await using at = await RestoredPlace.open("types", kind, servers);
  await at.turn();
  await at.backUp(CHECKPOINT);
  await at.turn();
  const before = await at.rows();
  await at.restore(CHECKPOINT);
  await at.produce();
  const { code, stderr } = await at.run();
  equal(code, 1, stderr);
  match(stderr, /The sink of types does not match its checkpoint/);
  ok(!stderr.includes("--resume-after-sink"), stderr);
  const resumed = await at.run(["--resume-after-sink"]);
  equal(resumed.code, 1, resumed.stderr);
  match(resumed.stderr, /types cannot resume after its sink: its state would lack the records in between/);
  deepEqual(await at.rows(), before);
}

/** A batch of the same number that has read something else is another batch. */
export async function anotherBatchLaw(kind: SinkKind, servers: readonly string[] = []): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind, servers);
  await at.turn();
  await at.backUp(CHECKPOINT);
  await at.turn();
  await at.restore(CHECKPOINT);
  await at.produce(5);
  // Batch 1 is another one here, and goes elsewhere.
  await at.succeed([], "none");
  const { code, stderr } = await at.run();
  equal(code, 1, stderr);
  match(stderr, new RegExp(`The sink holds:\\n.*batch 1, offsets ${TURN} to ${2 * TURN - 1} of`));
  match(stderr, new RegExp(`The checkpoint has:\\n.*batch 1, offsets ${TURN} to ${2 * TURN + 4} of`));

  match(await at.succeed(["--resume-after-sink"]), /ids resumes after batch 1, the last one in its sink/);
  deepEqual(
    idsIn(await at.rows()),
    [...idsOf(2), ...idsOf(1, 5)].sort(),
    "what the sink lacks is read again",
  );
}

/** Checkpoint and sink that are restored together go on as if nothing had been. */
export async function restoredTogetherLaw(kind: Exclude<SinkKind, "kafka">): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind);
  await at.turn();
  await at.backUp(CHECKPOINT, "out");
  await at.turn();
  await at.restore(CHECKPOINT, "out");
  deepEqual(idsIn(await at.rows()), idsOf(1));
  await at.turn();
  deepEqual(idsIn(await at.rows()), idsOf(3));
}

/** A sink that was restored without its checkpoint lacks rows, and that is told. */
export async function restoredSinkLaw(kind: Exclude<SinkKind, "kafka">): Promise<void> {
  await using at = await RestoredPlace.open("ids", kind);
  await at.turn();
  await at.backUp("out");
  await at.turn();
  await at.restore("out");
  match(await at.succeed(), /ids wrote batch 1, but the last batch in .* is 0/);
}
