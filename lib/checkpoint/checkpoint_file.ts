/** The file of a checkpoint: its tables, and what both its writer and its readers see in them. */
import type { SqliteFile, SqliteKind } from "../base/sqlite.ts";
import type { BatchWatermarks } from "../stream/state_operator.ts";

/** Offsets by topic and partition, as JSON has them. */
export type CheckpointOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A batch as step 1 logs it. */
export interface LoggedBatch {
  readonly batchId: number;
  readonly from: CheckpointOffsets;
  readonly to: CheckpointOffsets;
  readonly loggedAtMs: number;
  /**
   * The watermarks that it runs with: an idle timeout or a flush may have raised them since the batch before. Unknown
   * where an older version has logged it; then they are those that the batch before has left.
   */
  readonly watermarks: BatchWatermarks | undefined;
}

/** A batch as step 1 is given it. */
export interface BatchToLog extends LoggedBatch {
  readonly watermarks: BatchWatermarks;
  /** The broker's own ids of the topics that are read: by them one that was created anew is noticed. */
  readonly topicIds: Readonly<Record<string, string>>;
}

/** Where the watermarks stand behind a batch. */
export interface KeptWatermark {
  readonly currentMs: number;
  readonly byBranchMs: readonly number[];
  /** The watermark that the last batch ran with. */
  readonly lateMs: number | undefined;
  readonly moved: boolean;
}

/** Where a query stands. */
export interface Standing {
  /** The number of the batch that comes next. */
  readonly nextBatchId: number;
  /** How far the committed batches have read; undefined where there is none. */
  readonly offsets: CheckpointOffsets | undefined;
  readonly watermark: KeptWatermark | undefined;
  /** A batch whose offsets are logged and which is not committed. */
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

/** By which a checkpoint is known. */
export const CHECKPOINT_KIND: SqliteKind = {
  name: "checkpoint",
  synchronous: "FULL",
  errorCode: "CHECKPOINT",
  hint: "Choose another directory with --checkpoint.",
  content: { applicationId: 0x73666370, /* "sfcp" */ version: 5, schema: SCHEMA, upgrades: UPGRADES },
};

interface BatchRow {
  readonly batch: number;
  readonly from_offsets: string;
  readonly to_offsets: string;
  readonly logged_ms: number;
  readonly committed_ms: number | null;
  readonly watermark: string | null;
  /** The watermarks, as JSON; undefined in a file of an older version that is only read. */
  readonly started_with?: string | null;
}

/** Reads where the query stands. */
export function standingOf(file: SqliteFile): Standing {
  const committed = file.get<BatchRow>(
    "SELECT * FROM batches WHERE committed_ms IS NOT NULL ORDER BY batch DESC LIMIT 1",
  );
  const watermark = committed?.watermark ?? null;
  const pending = file.get<BatchRow>(
    "SELECT * FROM batches WHERE committed_ms IS NULL ORDER BY batch LIMIT 1",
  );
  return {
    nextBatchId: committed === undefined ? 0 : committed.batch + 1,
    offsets: committed === undefined ? undefined : JSON.parse(committed.to_offsets) as CheckpointOffsets,
    watermark: watermark === null ? undefined : keptWatermark(watermark),
    pending: pending === undefined ? undefined : {
      batchId: pending.batch,
      from: JSON.parse(pending.from_offsets) as CheckpointOffsets,
      to: JSON.parse(pending.to_offsets) as CheckpointOffsets,
      loggedAtMs: pending.logged_ms,
      watermarks: startedWith(pending),
    },
  };
}

/** JSON leaves out what is undefined. */
function keptWatermark(text: string): KeptWatermark {
  const kept = JSON.parse(text) as Partial<KeptWatermark>;
  return {
    currentMs: kept.currentMs ?? 0,
    byBranchMs: kept.byBranchMs ?? [],
    lateMs: kept.lateMs,
    moved: kept.moved ?? false,
  };
}

function startedWith({ started_with: text }: BatchRow): BatchWatermarks | undefined {
  if (text === null || text === undefined) return undefined;
  const { lateMs, evictionMs } = JSON.parse(text) as Partial<BatchWatermarks>;
  return { lateMs, evictionMs };
}
