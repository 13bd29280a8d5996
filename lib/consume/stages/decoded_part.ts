/**
 * The values, or the keys, of records as JSON, for formats that are not text: by the schema that each was written with.
 * A key that is a text stays one.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { logger } from "../../base/log.ts";
import type { Row } from "../../records/data_type.ts";
import { RowQuality } from "../../records/json/json_reader.ts";
import { schemaIdIn } from "../../records/formats/schemas/wire_format.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import type { SchemaText } from "../../registry/registered_schema.ts";
import type { SchemaRegistry } from "../../registry/schema_registry.ts";
import {
  type WrittenType,
  type WrittenValues,
  writtenValues,
} from "../../registry/formats/written_values.ts";
import { jsonValueWriter } from "../../stream/values/json_text.ts";
import type { PrintedRecord } from "../formats/record_printer.ts";
import type { RecordStage } from "./record_stage.ts";

const log = logger("consume");

/** How many records that cannot be decoded are reported; the others are shown as they are. */
const WARNINGS_MAX = 5;

/** What is decoded, and where the schemas come from. */
export interface DecodedPartOptions {
  readonly part: RecordPart;
  /** The registry with the schema of each record; without one, all have the same. */
  readonly registry: SchemaRegistry | undefined;
  readonly schema: SchemaText | undefined;
  /** The message of a Protobuf schema, where values do not say it. */
  readonly message: string | undefined;
  readonly zone: TimeZone;
}

const utf8 = new TextEncoder();

/** See the module's description. */
export class DecodedPart implements RecordStage {
  readonly isFilter = false;
  readonly #options: DecodedPartOptions;
  readonly #bySchema = new Map<number | undefined, ValueWriter | undefined>();
  #warned = 0;

  constructor(options: DecodedPartOptions) {
    this.#options = options;
  }

  /**
   * Records with JSON for the part; one that cannot be decoded keeps its bytes, and is reported.
   *
   * @throws {SfcrimeError} REGISTRY, REGISTRY_UNREACHABLE
   */
  async pass(records: readonly PrintedRecord[]): Promise<PrintedRecord[]> {
    const { part } = this.#options;
    const decoded: PrintedRecord[] = [];
    for (const record of records) {
      const bytes = record[part];
      const json = bytes === null ? null : await this.#jsonOf(bytes);
      if (json === undefined) this.#warn(record);
      decoded.push(json === undefined ? record : { ...record, [part]: json });
    }
    return decoded;
  }

  async #jsonOf(value: Uint8Array): Promise<Uint8Array | undefined> {
    const { registry } = this.#options;
    const id = registry === undefined ? undefined : schemaIdIn(value, 0, value.length);
    if (registry !== undefined && id === undefined) return undefined;
    if (!this.#bySchema.has(id)) this.#bySchema.set(id, await this.#writerOf(id));
    return this.#bySchema.get(id)?.jsonOf(value);
  }

  async #writerOf(id: number | undefined): Promise<ValueWriter | undefined> {
    const { registry, schema, message, zone, part } = this.#options;
    const found = id === undefined ? schema : await registry!.schemaById(id);
    if (found === undefined) return undefined;
    const written = await writtenValues(found, { message, zone, isFramed: id !== undefined });
    return written === undefined ? undefined : new ValueWriter(written, { zone, isText: part === "key" });
  }

  #warn(record: PrintedRecord): void {
    if (++this.#warned > WARNINGS_MAX) return;
    const { topic, partition, offset } = record;
    const { registry, part } = this.#options;
    const bytes = record[part]!;
    const id = registry === undefined ? undefined : schemaIdIn(bytes, 0, bytes.length);
    const reason = registry !== undefined && id === undefined
      ? "does not begin with the id of a schema"
      : id === undefined
      ? "does not fit the schema"
      : `cannot be decoded with the schema id ${id}`;
    const what = part === "key" ? "The key of the record" : "The record";
    log.warn(`${what} at offset ${offset} of ${topic}-${partition} ${reason}; it is printed as it is.`);
  }
}

/** How values are written. */
interface WriterOptions {
  readonly zone: TimeZone;
  /** Whether a value that is a text is written as it is. */
  readonly isText: boolean;
}

/** Writes the values of one schema. */
class ValueWriter {
  readonly #values: WrittenValues;
  readonly #options: WriterOptions;
  readonly #writers = new Map<WrittenType, (row: Row) => string>();

  constructor(values: WrittenValues, options: WriterOptions) {
    this.#values = values;
    this.#options = options;
  }

  /** Undefined if the value does not fit. */
  jsonOf(value: Uint8Array): Uint8Array | undefined {
    const written = this.#values(value);
    if (written === undefined) return undefined;
    const { type, start } = written;
    if (type.decoder === undefined) return value.subarray(start);
    const row: Row = type.columns.map(() => null);
    if (type.decoder.decode(value, start, value.length, row) !== RowQuality.good) return undefined;
    return utf8.encode(getOrInsert(this.#writers, type, () => rowWriter(type, this.#options))(row));
  }
}

function rowWriter({ columns, isSingle = false }: WrittenType, { zone, isText }: WriterOptions) {
  if (!isSingle) return jsonValueWriter({ kind: "STRUCT", fields: columns }, zone);
  const { type } = columns[0]!;
  const write = jsonValueWriter(type, zone);
  return ([value]: Row) => isText && typeof value === "string" ? value : write(value!);
}
