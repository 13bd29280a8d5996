/** The file of a checkpoint: its tables, and what its writer and its readers get from them. */
import type { SqliteFile } from "../base/files/sqlite.ts";
import type { SqliteKind } from "../base/files/sqlite_kind.ts";
import { HISTORY_SCHEMA } from "./history_table.ts";
import { DAMAGED_HINT, readStored } from "./kept_text.ts";
import type { BatchWatermarks } from "../stream/time/watermark.ts";

/** Offsets by topic and partition, as in JSON. */
export type CheckpointOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The epochs of the last records that were read, by topic and partition, if the broker has epochs. */
export type CheckpointEpochs = Readonly<
  Record<string, Readonly<Record<string, { readonly start: number; readonly id: string }>>>
>;

/** The offsets of a batch. */
export interface OffsetsRead {
  readonly from: CheckpointOffsets;
  readonly to: CheckpointOffsets;
}

/** A batch, as logged by step 1. */
export interface LoggedBatch extends OffsetsRead {
  readonly batchId: number;
  readonly loggedAtMs: number;
  /**
   * The watermarks that it runs with: an idle timeout or a flush may have raised them since the previous
   * batch. Undefined if an older version logged it; then they are those after the previous batch.
   */
  readonly watermarks: BatchWatermarks | undefined;
}

/** A batch for step 1 to log. */
export interface BatchToLog extends LoggedBatch {
  readonly watermarks: BatchWatermarks;
  /** The broker's ids of the topics, by which a topic that was recreated is detected. */
  readonly topicIds: Readonly<Record<string, string>>;
  /** The epochs of the last records that it reads. */
  readonly epochs?: CheckpointEpochs;
}

/** The watermarks after a batch. */
export interface StoredWatermark {
  readonly currentMs: number;
  /** Of the event times of all runs. */
  readonly byBranchMs: readonly number[];
  /** The watermark that the last batch ran with. */
  readonly lateMs: number | undefined;
}

/** The progress of a query. */
export interface Standing {
  /** The number of the next batch. */
  readonly nextBatchId: number;
  /** The end offsets of the committed batches; undefined if there are none. */
  readonly offsets: CheckpointOffsets | undefined;
  /** The epochs of the last records before these offsets, if known. */
  readonly epochs: CheckpointEpochs;
  readonly watermark: StoredWatermark | undefined;
  /** A batch whose offsets are logged, but which is not committed. */
  readonly pending: LoggedBatch | undefined;
}

/** The name of the file in its directory. */
export const CHECKPOINT_FILE = "checkpoint.db";

const SCHEMA = `
CREATE TABLE query (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  identity TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE topics (
  topic TEXT PRIMARY KEY,
  id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE batches (
  batch INTEGER PRIMARY KEY,
  from_offsets TEXT NOT NULL,
  to_offsets TEXT NOT NULL,
  logged_ms INTEGER NOT NULL,
  committed_ms INTEGER,
  watermark TEXT,
  started_with TEXT,
  output_rows INTEGER
) STRICT;
CREATE TABLE state (
  entry INTEGER PRIMARY KEY,
  operator INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT
) STRICT;
`;

const UPGRADES = {
  3: "ALTER TABLE batches ADD COLUMN started_with TEXT",
  4: "ALTER TABLE batches ADD COLUMN output_rows INTEGER",
};

/** The kind of file of a checkpoint. */
export const CHECKPOINT_KIND: SqliteKind = {
  name: "checkpoint",
  synchronous: "FULL",
  errorCode: "CHECKPOINT",
  hint: "Choose another directory with --checkpoint.",
  damagedHint: DAMAGED_HINT,
  content: {
    applicationId: 0x73666370, // "sfcp"
    version: 5,
    schema: SCHEMA,
    upgrades: UPGRADES,
    additions: HISTORY_SCHEMA,
  },
};

interface BatchRow {
  readonly batch: number;
  readonly from_offsets: string;
  readonly to_offsets: string;
  readonly logged_ms: number;
  readonly committed_ms: number | null;
  readonly watermark: string | null;
  /** The watermarks and epochs, as JSON; undefined in a file of an older version that is only read. */
  readonly started_with?: string | null;
}

/** Reads the progress of the query. */
export function standingOf(file: SqliteFile): Standing {
  const committed = file.get<BatchRow>(
    "SELECT * FROM batches WHERE committed_ms IS NOT NULL ORDER BY batch DESC LIMIT 1",
  );
  const { watermark = null } = committed ?? {};
  const pending = file.get<BatchRow>(
    "SELECT * FROM batches WHERE committed_ms IS NULL ORDER BY batch LIMIT 1",
  );
  return {
    nextBatchId: committed === undefined ? 0 : committed.batch + 1,
    offsets: committed && readStored("the offsets of a batch", committed.to_offsets, file.path),
    epochs: startedWith(committed, file.path)?.epochs ?? {},
    watermark: watermark === null ? undefined : storedWatermark(watermark, file.path),
    pending: pending && {
      batchId: pending.batch,
      ...offsetsOf(pending, file.path),
      loggedAtMs: pending.logged_ms,
      watermarks: watermarksOf(pending, file.path),
    },
  };
}

/** The offsets of a batch, committed or not; undefined if the checkpoint does not have them, or no longer. */
export function offsetsOfBatch(file: SqliteFile, batchId: number): OffsetsRead | undefined {
  const row = file.get<BatchRow>("SELECT * FROM batches WHERE batch = ?", batchId);
  return row && offsetsOf(row, file.path);
}

/** The ids of the topics when the last batch was logged. */
export function topicIdsOf(file: SqliteFile): Record<string, string> {
  const rows = file.all<{ topic: string; id: string }>("SELECT * FROM topics ORDER BY topic");
  return Object.fromEntries(rows.map(({ topic, id }) => [topic, id]));
}

/** The last committed batch that emitted rows; undefined if none is known. */
export function lastBatchWithRows(file: SqliteFile): number | undefined {
  return file.get<{ batch: number }>(
    "SELECT batch FROM batches WHERE committed_ms IS NOT NULL AND output_rows > 0 ORDER BY batch DESC LIMIT 1",
  )?.batch;
}

function offsetsOf({ from_offsets: from, to_offsets: to }: BatchRow, path: string): OffsetsRead {
  return {
    from: readStored("the offsets of a batch", from, path),
    to: readStored("the offsets of a batch", to, path),
  };
}

/** JSON omits undefined members. */
function storedWatermark(text: string, path: string): StoredWatermark {
  const kept = readStored("the watermark of a batch", text, path);
  return { currentMs: kept.currentMs ?? 0, byBranchMs: kept.byBranchMs ?? [], lateMs: kept.lateMs };
}

function watermarksOf(row: BatchRow, path: string): BatchWatermarks | undefined {
  const started = startedWith(row, path);
  if (started === undefined) return undefined;
  const { lateMs, evictionMs, eventTimeMaxMs, timeMs } = started;
  return { lateMs, evictionMs, eventTimeMaxMs, ...(timeMs === undefined ? {} : { timeMs }) };
}

function startedWith(row: BatchRow | undefined, path: string) {
  const text = row?.started_with ?? undefined;
  return text === undefined ? undefined : readStored("the initial watermarks of a batch", text, path);
}
