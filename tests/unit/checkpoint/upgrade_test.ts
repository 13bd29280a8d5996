/** Checkpoints of older versions. */
import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemHost } from "../../../lib/base/host.ts";
import { Checkpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { CHECKPOINT_FILE } from "../../../lib/checkpoint/checkpoint_file.ts";
import { CheckpointView } from "../../../lib/checkpoint/checkpoint_view.ts";
import type { QueryIdentity } from "../../../lib/checkpoint/identity.ts";
import { tempDir } from "../../support/temp_dir.ts";

const IDENTITY: QueryIdentity = {
  query: "q",
  sql: "SELECT n FROM t",
  outputMode: "append",
  reads: ["t"],
  state: [],
  layout: [],
  declared: { timeZone: "UTC", streams: {}, tables: {} },
  sink: { description: "none" },
};
const OPTIONS = { now: IDENTITY, reads: () => true, host: systemHost, acceptsChange: true };

/** A batch that was logged and not committed, by a version that did not log watermarks. */
function logAsVersion3(directory: string): void {
  const fresh = Checkpoint.open(directory, OPTIONS);
  fresh.begin();
  fresh.close();
  const database = new DatabaseSync(join(directory, CHECKPOINT_FILE));
  database.exec(`
    ALTER TABLE batches DROP COLUMN started_with;
    ALTER TABLE batches DROP COLUMN output_rows;
    INSERT INTO batches (batch, from_offsets, to_offsets, logged_ms) VALUES (0, '{"t":{"0":0}}', '{"t":{"0":5}}', 7);
    PRAGMA user_version = 3;
  `);
  database.close();
}

Deno.test("A checkpoint of version 3 is shown as it is, and gone on from", async () => {
  await using directory = await tempDir();
  logAsVersion3(directory.path);
  const pending = {
    batchId: 0,
    from: { t: { "0": 0 } },
    to: { t: { "0": 5 } },
    loggedAtMs: 7,
    watermarks: undefined,
  };
  const view = CheckpointView.open(directory.path);
  deepEqual(view.standing().pending, pending);
  view.close();
  const checkpoint = Checkpoint.open(directory.path, OPTIONS);
  deepEqual(checkpoint.standing().pending, pending);
  const watermarks = { lateMs: 1, evictionMs: 2, eventTimeMaxMs: 3 };
  checkpoint.begin();
  checkpoint.logOffsets({ ...pending, watermarks, topicIds: {} });
  deepEqual(checkpoint.standing().pending?.watermarks, watermarks);
  equal(checkpoint.standing().nextBatchId, 0);
  checkpoint.close();
});
