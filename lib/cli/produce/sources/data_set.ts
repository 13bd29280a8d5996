/** `produce --source datasf`: what is read of San Francisco's open data, and what a record has of a row. */
import { join } from "node:path";
import { SfcrimeError } from "../../../base/errors.ts";
import { readNamedSecret, readNamedText } from "../../../base/files/read_named.ts";
import { type TimeZone, timeZoneOf, UTC } from "../../../base/time_zone.ts";
import { zoneOf } from "../../../config/effective.ts";
import type { Settings } from "../../../config/settings.ts";
import type { RowsFrom } from "../../../config/values/read_places.ts";
import { DataSetClient, type DataSetRow } from "../../../produce/input/data_set/data_set_client.ts";
import { lacksColumn, unplaced } from "../../../produce/input/data_set/data_set_failures.ts";
import { DataSetInput, type RecordOfRow } from "../../../produce/input/data_set/data_set_input.ts";
import { hasLocalTimes, sampleQuery } from "../../../produce/input/data_set/data_set_query.ts";
import { placeHeader, timeMsOf } from "../../../produce/input/data_set/row_place.ts";
import type { TransactionsOptions } from "../../../produce/produce_options.ts";
import type { RunTracker } from "../../../produce/resume/record_gate.ts";
import { RowTracker } from "../../../produce/resume/row_tracker.ts";
import { RecordSelection, requireSelection } from "../../../stream/decoding/record_selection.ts";
import { jsonValueWriter } from "../../../stream/values/json_text.ts";
import { type Context, interruptible } from "../../context.ts";
import { transactionsOf } from "../produce_pace.ts";
import { type RecordOptions, recordOptionsOf } from "../record_options.ts";

/** What the flags of a run say. */
export interface DataSetFlags {
  readonly loop: boolean;
  readonly follow: boolean;
  readonly dryRun: boolean;
  readonly exitAtEnd: boolean;
  readonly partition: number | undefined;
  readonly nullValue: string | undefined;
  readonly where: string | undefined;
}

/** A data set that is ready to be read. */
export interface OpenedDataSet {
  readonly input: DataSetInput;
  readonly records: RecordOptions;
  readonly tracker: RunTracker;
  readonly transactions: TransactionsOptions | undefined;
}

const NO_HISTORY = "none";

/** Checks what can be checked without the columns. @throws {SfcrimeError} SQL */
export function requireSelect({ datasf: { dataset, select } }: Settings): void {
  requireSelection({ name: dataset, select, where: undefined, place: SELECT });
}

/** @throws {SfcrimeError} USAGE for what data sets have no use for. */
function requireDataSetOnly({ producer, provenance }: Settings, flags: DataSetFlags): void {
  const isOnLine = (key: string) => provenance.get(`producer.${key}`)?.origin === "flag";
  const obstacles: readonly (readonly [string, boolean])[] = [
    ["a file", isOnLine("input")],
    ["--input-format", isOnLine("input_format")],
    ["--delimiter", isOnLine("delimiter")],
    ["--key-delimiter", isOnLine("key_delimiter")],
    ["--null-value", flags.nullValue !== undefined],
    ["--loop", flags.loop],
    // What is added is sent in any case, unless it is to be left.
    ["--follow with --exit-at-end", flags.follow && flags.exitAtEnd],
    ["--sort-by", producer.sort_by !== undefined],
    ["--speedup", producer.speedup !== undefined],
    [`--acks ${producer.acks}`, producer.acks !== "all"],
    ["--where", flags.where !== undefined],
  ];
  const [obstacle] = obstacles.find(([, isGiven]) => isGiven) ?? [];
  if (obstacle === undefined) return;
  throw new SfcrimeError("USAGE", `--source datasf and ${obstacle} are mutually exclusive.`, {
    hint: obstacle === "--where"
      ? "Set [datasf] where to a condition in the language of the server."
      : "Rows are read in the order of [datasf] time_column; each is sent once, and confirmed.",
  });
}

/**
 * Asks for the columns of the data sets. Returns undefined if the run is stopped meanwhile.
 *
 * @throws {SfcrimeError} USAGE, CONFIG, FILE_MISSING, SQL, INPUT
 */
export async function openDataSet(context: Context, flags: DataSetFlags): Promise<OpenedDataSet | undefined> {
  requireDataSetOnly(context.settings, flags);
  const records = recordOptionsOf(withoutFormat(context.settings), {
    ...flags,
    zone: zoneOf(context.settings),
  });
  const { settings: { datasf }, io: { host }, dataDir } = context;
  const { dataset: dataSet, select, time_column: timeColumn, id_column: idColumn, where } = datasf;
  requireSelect(context.settings);
  const token = datasf.token_file === undefined
    ? datasf.token
    : readNamedSecret(datasf.token_file, "[datasf] token_file");
  const ca = datasf.ca_file === undefined ? undefined : readNamedText(datasf.ca_file, "[datasf] ca_file");
  const client = new DataSetClient({ url: datasf.url.replace(/\/+$/, ""), token, ca }, host);
  const history = datasf.history === NO_HISTORY ? undefined : datasf.history;
  const dataSets = history === undefined ? [dataSet] : [history, dataSet];
  const fields = await interruptible(
    context.io,
    (signal) => fieldsOf(client, { dataSets, timeColumn, idColumn, signal }),
  );
  if (fields === undefined) return undefined;
  const zone = hasLocalTimes(timeColumn) ? timeZoneOf(datasf.time_zone) ?? UTC : UTC;
  const localNowMs = () => localMs(host.nowMs(), zone);
  const input = new DataSetInput({
    ...{ client, dataSet, history, timeColumn, idColumn, where, localNowMs, clock: host },
    pageSize: datasf.page_size,
    beginMs: beginOf(datasf.from, localNowMs()),
    overlapMs: datasf.overlap,
    pollMs: datasf.poll_interval,
    endsAtEnd: flags.exitAtEnd || flags.dryRun,
    recordOf: recordMaker({
      name: dataSet,
      select,
      fields,
      zone: zoneOf(context.settings),
      nowMs: host.nowMs(),
    }),
  });
  const header = placeHeader({ dataSet, timeColumn });
  return {
    input,
    records: { ...records, reading: { placeHeader: header } },
    tracker: new RowTracker({ input, header, directory: flags.dryRun ? undefined : join(dataDir, "runs") }),
    transactions: flags.dryRun ? undefined : transactionsOf(context, { input, names: [header] }),
  };
}

const SELECT = "[datasf] select";

/** The format of inputs in a file of settings is not that of data sets. */
function withoutFormat(settings: Settings): Settings {
  return { ...settings, producer: { ...settings.producer, input_format: undefined } };
}

/** What the data sets are asked for. */
interface FieldsRequest {
  readonly dataSets: readonly string[];
  readonly timeColumn: string;
  readonly idColumn: string;
  readonly signal: AbortSignal;
}

/** The columns of the data sets; one that only one of them has is null in the other. Undefined after a stop. */
async function fieldsOf(
  client: DataSetClient,
  request: FieldsRequest,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return await allFields(client, request);
  } catch (error) {
    if (request.signal.aborted) return undefined;
    throw error;
  }
}

async function allFields(
  client: DataSetClient,
  { dataSets, timeColumn, idColumn, signal }: FieldsRequest,
): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for (const dataSet of dataSets) {
    const query = sampleQuery({ timeColumn, idColumn });
    const { rows, fields = rows.flatMap((row) => Object.keys(row)) } = await client.rows({
      dataSet,
      query,
      signal,
    });
    for (const [key, column] of [["time_column", timeColumn], ["id_column", idColumn]] as const) {
      const isKnown = !hasLocalTimes(column) || fields.length === 0 || fields.includes(column);
      if (!isKnown) throw lacksColumn({ dataSet }, { key, column, fields });
    }
    const [row] = rows;
    const time = row?.[timeColumn] ?? undefined;
    if (time !== undefined && timeMsOf(time) === undefined) {
      throw unplaced({ dataSet }, { column: timeColumn, row });
    }
    for (const field of fields) all.add(field);
  }
  return all;
}

/** What a record has of a row. */
interface RecordSpec {
  readonly name: string;
  readonly select: string;
  readonly fields: ReadonlySet<string>;
  readonly zone: TimeZone;
  readonly nowMs: number;
}

/** Makes the JSON of records. @throws {SfcrimeError} SQL */
function recordMaker({ name, select, fields, zone, nowMs }: RecordSpec): RecordOfRow {
  const columns = [...fields].map((field) => ({ name: field, field, type: "STRING" as const }));
  const selection = new RecordSelection({
    name,
    columns,
    select,
    where: undefined,
    zone,
    nowMs,
    place: SELECT,
  });
  if (selection.isFilter) {
    throw new SfcrimeError("SQL", `${SELECT}: each row has to become one record.`, {
      hint: "Leave out functions that make several rows of one, such as explode.",
    });
  }
  const write = jsonValueWriter({ kind: "STRUCT", fields: selection.output! }, zone);
  const utf8 = new TextEncoder();
  return (row: DataSetRow) => {
    const value = utf8.encode(JSON.stringify(row));
    try {
      return write(selection.rowsOf({ ...NO_RECORD, topic: name, value })[0]!);
    } catch (error) {
      if (!(error instanceof SfcrimeError)) throw error;
      return { unfit: error.message.replace(/\.$/, "") };
    }
  };
}

const NO_RECORD = {
  partition: 0,
  offset: 0,
  timestampMs: 0,
  timestampType: 0,
  headers: [],
  key: null,
} as const;

function beginOf(from: RowsFrom, nowMs: number): number {
  if (from === "beginning") return -Infinity;
  if (from === "end") return nowMs;
  return "localMs" in from ? from.localMs : nowMs - from.agoMs;
}

function localMs(nowMs: number, zone: TimeZone): number {
  return nowMs + zone.offsetAtUtc(Math.floor(nowMs / 1_000)) * 1_000;
}
