/**
 * What a statement selects of single records: a condition that holds or not, and columns. It is planned as a query over a
 * stream is, so it has all functions and types of one; whatever needs more than one record is refused.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { RecordColumn, Row, Schema, Value } from "../../records/data_type.ts";
import type { KafkaField } from "../../records/kafka/kafka_field.ts";
import { type RecordDecoder, recordDecoder } from "../../records/record_decoder.ts";
import { isOfValue } from "../../records/kafka/kafka_column.ts";
import { javaText } from "../../records/values/java_text.ts";
import { microsOfMillis } from "../../records/values/micros.ts";
import { analyzeQuery, parseQuery } from "../../sql/analyze.ts";
import type { SourceColumn } from "../../sql/catalog.ts";
import { withBatchTime } from "../../sql/functions/time/batch_time.ts";
import type { Branch, QueryPlan } from "../../sql/plan.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import { compileBranch, type RunningBranch } from "../branch.ts";
import { foldConstant } from "../expression.ts";
import { Draws, wordsOfOffset } from "../functions/random/draws.ts";
import { decodedColumns } from "./decoded_columns.ts";

/** A record with all its parts. */
export interface SelectableRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly timestampType: 0 | 1;
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[];
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** What is selected, and of what. */
export interface SelectionSpec {
  /** The name of the records in the statement, which may stand before a column. */
  readonly name: string;
  /** Fields of values that are JSON, and what Kafka keeps of a record. */
  readonly columns: readonly SourceColumn[];
  /** What stands after WHERE. */
  readonly where: string | undefined;
  /** What stands after SELECT; without it, rows have no columns. */
  readonly select: string | undefined;
  readonly zone: TimeZone;
  /** What `current_timestamp()` is; values are drawn at random from it, too. */
  readonly nowMs: number;
  /** Where the parts are written, if not in flags. */
  readonly place?: string;
}

/** What stands after SELECT if nothing is asked for. */
const NOTHING = "true AS kept";

/** See the module's description. */
export class RecordSelection {
  /** The columns of rows; undefined if none were asked for. */
  readonly output: Schema | undefined;
  /** Whether a record may have no row, or several. */
  readonly isFilter: boolean;
  readonly #branch: RunningBranch;
  readonly #decoder: RecordDecoder;
  readonly #decoded: Row;
  readonly #readers: readonly ColumnReader[];
  readonly #draws = new Draws();
  #recordCount = 0;
  #rows: Row[] = [];

  /** @throws {SfcrimeError} SQL, with the position in the statement. */
  constructor(spec: SelectionSpec) {
    const { columns, select, zone, nowMs } = spec;
    const plan = withBatchTime(told(spec, () => planOf(spec)), nowMs);
    const branch = requireSingle(plan);
    const decoded = decodedColumns(branch, () => false);
    const declared = columns.filter(isOfValue).map(({ field, type }) => ({ name: field, type }));
    this.output = select === undefined ? undefined : plan.output;
    this.isFilter = branch.steps.some(({ kind }) => kind !== "random") || (branch.early?.length ?? 0) > 0;
    this.#draws.usePlace(String(nowMs));
    this.#decoder = recordDecoder(decoded, zone, declared);
    this.#decoded = new Array<Value>(decoded.length).fill(null);
    this.#readers = decoded.flatMap((column, slot) => readerOf(column, slot) ?? []);
    this.#branch = compileBranch(branch, { zone, tables: new Map(), draws: this.#draws }, (row) => {
      this.#rows.push([...row]);
    });
  }

  /** The rows of a record; none if the condition does not hold. @throws {SfcrimeError} QUERY_FAILED */
  rowsOf(record: SelectableRecord): readonly Row[] {
    const { value } = record;
    this.#rows = [];
    if (value === null) this.#decoded.fill(null);
    else this.#decoder.decode(value, 0, value.length, this.#decoded);
    for (const { slot, read } of this.#readers) this.#decoded[slot] = read(record);
    this.#draws.begin(wordsOfOffset(this.#recordCount++));
    const { row, admit } = this.#branch;
    for (let slot = 0; slot < this.#decoded.length; slot++) row[slot] = this.#decoded[slot]!;
    if (admit === undefined || admit()) this.#branch.run();
    return this.#rows;
  }
}

function planOf(spec: SelectionSpec): QueryPlan {
  const { name, columns, zone } = spec;
  return analyzeQuery({
    ...statementOf(spec),
    outputMode: "update",
    timeZone: zone.id,
    catalog: { streams: new Map([[name, { columns, watermark: undefined }]]), tables: new Map() },
    fold: foldConstant,
  });
}

/** Checks what can be checked without the columns. @throws {SfcrimeError} SQL */
export function requireSelection(spec: Parts): void {
  told(spec, () => parseQuery(statementOf(spec)));
}

type Parts = Pick<SelectionSpec, "name" | "where" | "select" | "place">;

const PLACE = "the selection";

function statementOf({ name, where, select }: Parts) {
  // What follows a comment at the end of one part is on a line of its own.
  const condition = where === undefined ? "" : `\nWHERE ${where}`;
  const sql = `SELECT ${select ?? NOTHING}\nFROM ${quotedName(name)}${condition}`;
  return { name, sql, place: PLACE };
}

const POSITION = new RegExp(`^${PLACE}, line (\\d+), column \\d+`);

/** Errors of a statement that only has been made of parts: they name the part, for a position that nobody has written. */
function told<T>({ select, place }: Parts, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    const { code, message, hint } = error;
    const line = Number(POSITION.exec(message)?.[1]);
    const flag = line <= (select ?? NOTHING).split("\n").length ? "--select" : "--where";
    throw new SfcrimeError(code, message.replace(POSITION, place ?? flag), {
      ...hint === undefined ? {} : { hint },
      cause: error,
    });
  }
}

/** The branch of a plan that needs no other record. @throws {SfcrimeError} SQL */
function requireSingle({ branches, operators, tables = [] }: QueryPlan): Branch {
  const [branch] = branches;
  if (branches.length === 1 && operators.length + tables.length === 0) return branch!;
  throw new SfcrimeError("SQL", "A statement over single records has no aggregates, joins, LIMIT or UNION.", {
    hint: "Use sfcrime analyze --sql for queries over all records.",
  });
}

/** Reads what Kafka keeps of a record into a slot. */
interface ColumnReader {
  readonly slot: number;
  readonly read: (record: SelectableRecord) => Value;
}

function readerOf({ kafka, type }: RecordColumn, slot: number): ColumnReader | undefined {
  if (kafka === undefined) return undefined;
  const isBinary = JSON.stringify(type).includes('"BINARY"');
  return { slot, read: READERS[kafka]((bytes) => isBinary ? bytes : javaText(bytes)) };
}

type BytesReader = (bytes: Uint8Array) => Value;

const READERS: Readonly<Record<KafkaField, (read: BytesReader) => ColumnReader["read"]>> = {
  key: (read) => ({ key }) => key && read(key),
  value: (read) => ({ value }) => value && read(value),
  topic: () => ({ topic }) => topic,
  partition: () => ({ partition }) => partition,
  offset: () => ({ offset }) => BigInt(offset),
  timestamp: () => ({ timestampMs }) => microsOfMillis(timestampMs),
  timestampType: () => ({ timestampType }) => timestampType,
  // In Spark, a record without headers has none at all, not an empty list.
  headers: (read) => ({ headers }) =>
    headers.length === 0 ? null : headers.map(({ key, value }) => [key, value && read(value)]),
};
