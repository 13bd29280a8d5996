/** Checkpoints that a disk, a hand or another version has changed. */
import { equal, match, ok, rejects, throws } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SfcrimeError } from "../../../lib/base/errors.ts";
import { Checkpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { CHECKPOINT_FILE } from "../../../lib/checkpoint/checkpoint_file.ts";
import { CheckpointView } from "../../../lib/checkpoint/checkpoint_view.ts";
import type { QueryIdentity } from "../../../lib/checkpoint/identity.ts";
import { QueryRun } from "../../../lib/analyze/query/query_run.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { plannedQuery } from "../../support/plan_from.ts";
import { planOf, RowsSink } from "../../support/plan_run.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PLAN = planOf({
  sql: "SELECT k, count(*) AS n FROM t GROUP BY k",
  schema: parseColumns("k STRING", "t"),
  outputMode: "update",
  timeZone: "UTC",
});
const NOW: QueryIdentity = {
  query: "golden",
  sql: PLAN.sql,
  outputMode: "update",
  reads: ["t"],
  state: ["groups"],
  layout: ["groups"],
  declared: { timeZone: "UTC", streams: {}, tables: {} },
  sink: { description: "rows" },
};

const open = (directory: string) =>
  Checkpoint.open(directory, { now: NOW, reads: () => true, host: systemHost });

/** A checkpoint with a committed batch, a pending one, and a key, changed by a statement. */
function checkpointWith(directory: string, sql: string): void {
  const checkpoint = open(directory);
  checkpoint.begin();
  const watermarks = { lateMs: undefined, evictionMs: undefined };
  const batch = { from: { t: { "0": 0 } }, to: { t: { "0": 5 } }, loggedAtMs: 0, watermarks, topicIds: {} };
  checkpoint.logOffsets({ ...batch, batchId: 0 });
  checkpoint.commit({
    batchId: 0,
    watermark: { currentMs: 0, byBranchMs: [], lateMs: undefined },
    state: [{ changes: [{ key: '["a"]', value: '["1"]' }], entries: () => [], size: 1 }],
    outputRows: 0,
    committedAtMs: 0,
  });
  checkpoint.logOffsets({ ...batch, batchId: 1 });
  checkpoint.close();
  const database = new DatabaseSync(join(directory, CHECKPOINT_FILE));
  database.exec(sql);
  database.close();
}

/** Opens a query that goes on from a checkpoint. */
async function goOn(directory: string): Promise<void> {
  const checkpoint = open(directory);
  try {
    checkpoint.begin();
    await QueryRun.open({ planned: plannedQuery(PLAN), sink: new RowsSink(), checkpoint, host: systemHost });
  } finally {
    checkpoint.close();
  }
}

const DAMAGES: readonly (readonly [statement: string, reason: RegExp])[] = [
  [`UPDATE query SET identity = '{"query":'`, /the query cannot be read: .*JSON/],
  [`UPDATE query SET identity = '{"query":"golden"}'`, /the query cannot be read: .*sql/],
  ["UPDATE batches SET to_offsets = '[' WHERE batch = 0", /the offsets of a batch cannot be read/],
  [
    `UPDATE batches SET to_offsets = '{"t":{"0":"x"}}' WHERE batch = 0`,
    /the offsets of a batch cannot be read/,
  ],
  ["UPDATE batches SET from_offsets = '5' WHERE batch = 1", /the offsets of a batch cannot be read/],
  ["UPDATE batches SET watermark = '5' WHERE batch = 0", /the watermark of a batch cannot be read/],
  [
    "UPDATE batches SET started_with = 'x' WHERE batch = 1",
    /the initial watermarks of a batch cannot be read/,
  ],
  ["UPDATE state SET key = 'x'", /the state of the key x cannot be read/],
  [`UPDATE state SET value = '[{"a":' || char(10)`, /the state of the key \["a"\] cannot be read/],
];

Deno.test("A checkpoint that holds what it was not given is an error that names the file, the part and a way out", async () => {
  for (const [statement, reason] of DAMAGES) {
    await using directory = await tempDir();
    checkpointWith(directory.path, statement);
    await rejects(goOn(directory.path), (error: SfcrimeError) => {
      equal(error.code, "CHECKPOINT", `${statement}: ${error}`);
      match(error.message, reason);
      ok(error.message.startsWith(`The checkpoint ${join(directory.path, CHECKPOINT_FILE)} is corrupt: `));
      match(error.hint!, /Restore the checkpoint .* or restart the query with a new --checkpoint/);
      return true;
    });
  }
});

Deno.test("A checkpoint that was not changed is gone on from", async () => {
  await using directory = await tempDir();
  checkpointWith(directory.path, "SELECT 1");
  await goOn(directory.path);
});

Deno.test("A checkpoint of a newer version asks for an upgrade, whoever opens it", async () => {
  await using directory = await tempDir();
  checkpointWith(directory.path, "PRAGMA user_version = 99");
  for (const look of [() => open(directory.path), () => CheckpointView.open(directory.path)]) {
    throws(look, (error: SfcrimeError) => {
      match(error.message, /checkpoint\.db was written by a newer version of sfcrime: .* format is 99/);
      equal(error.hint, "Upgrade sfcrime.");
      return true;
    });
  }
});

Deno.test("A checkpoint whose file is damaged is named, and so is a way out; what is in its lock does not matter", async () => {
  await using directory = await tempDir();
  checkpointWith(directory.path, "SELECT 1");
  await Deno.writeTextFile(join(directory.path, "writer.lock"), "not a lock".repeat(1_000));
  await goOn(directory.path);
  const path = join(directory.path, CHECKPOINT_FILE);
  const whole = await Deno.readFile(path);
  const damages: readonly (readonly [Uint8Array, RegExp])[] = [
    [new Uint8Array(5_000).fill(7), /checkpoint\.db is not a SQLite database/],
    [whole.subarray(0, 8_192), /checkpoint\.db is corrupt/],
  ];
  for (const [bytes, reason] of damages) {
    await Deno.writeFile(path, bytes);
    throws(() => open(directory.path), (error: SfcrimeError) => {
      equal(error.code, "CHECKPOINT");
      match(error.message, reason);
      match(error.hint!, /Restore the checkpoint and its sink/);
      return true;
    });
  }
});

Deno.test("A checkpoint that was removed or replaced while its query ran takes no further step", async () => {
  for (const replaced of [false, true]) {
    await using directory = await tempDir();
    const path = join(directory.path, "kept");
    const checkpoint = open(path);
    checkpoint.begin();
    await Deno.remove(path, { recursive: true });
    const other = replaced ? open(path) : undefined;
    other?.begin();
    const watermarks = { lateMs: undefined, evictionMs: undefined };
    throws(
      () => checkpoint.logOffsets({ batchId: 0, from: {}, to: {}, loggedAtMs: 0, topicIds: {}, watermarks }),
      /kept was removed or replaced while its query was running/,
    );
    throws(() => checkpoint.requireInPlace(), /removed or replaced/);
    other?.requireInPlace();
    checkpoint.close();
    other?.close();
  }
});
