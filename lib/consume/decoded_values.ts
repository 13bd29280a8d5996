/** The values of records as JSON, for formats that are not text: by the schema that each record was written with. */
import type { TimeZone } from "../base/time_zone.ts";
import type { ConsumedRecord } from "../broker/broker.ts";
import { logger } from "../base/log.ts";
import type { Row, Value } from "../records/data_type.ts";
import { RowQuality } from "../records/json/json_reader.ts";
import { schemaIdIn } from "../records/formats/schemas/wire_format.ts";
import type { SchemaText } from "../registry/registered_schema.ts";
import type { SchemaRegistry } from "../registry/schema_registry.ts";
import { type WrittenType, type WrittenValues, writtenValues } from "../registry/formats/written_values.ts";
import { jsonValueWriter } from "../stream/values/json_text.ts";

const log = logger("consume");

/** How many records that cannot be decoded are reported; the others are shown as they are. */
const WARNINGS_MAX = 5;

/** Where the schemas come from. */
export interface DecodedValuesOptions {
  /** The registry with the schema of each record; without one, all have the same. */
  readonly registry: SchemaRegistry | undefined;
  readonly schema: SchemaText | undefined;
  /** The message of a Protobuf schema, where values do not say it. */
  readonly message: string | undefined;
  readonly zone: TimeZone;
}

const utf8 = new TextEncoder();

/** See the module's description. */
export class DecodedValues {
  readonly #options: DecodedValuesOptions;
  readonly #bySchema = new Map<number | undefined, ValueWriter | undefined>();
  #warned = 0;

  constructor(options: DecodedValuesOptions) {
    this.#options = options;
  }

  /**
   * Records with JSON for values; one that cannot be decoded keeps its bytes, and is reported.
   *
   * @throws {SfcrimeError} REGISTRY, REGISTRY_UNREACHABLE
   */
  async decode(records: readonly ConsumedRecord[]): Promise<ConsumedRecord[]> {
    const decoded: ConsumedRecord[] = [];
    for (const record of records) {
      const { value } = record;
      const json = value === null ? null : await this.#jsonOf(value);
      if (json === undefined) this.#warn(record);
      decoded.push(json === undefined ? record : { ...record, value: json });
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
    const { registry, schema, message, zone } = this.#options;
    const found = id === undefined ? schema : await registry!.schemaById(id);
    if (found === undefined) return undefined;
    const written = await writtenValues(found, { message, zone, isFramed: id !== undefined });
    return written === undefined ? undefined : new ValueWriter(written, zone);
  }

  #warn({ topic, partition, offset, value }: ConsumedRecord): void {
    if (++this.#warned > WARNINGS_MAX) return;
    const { registry } = this.#options;
    const id = registry === undefined ? undefined : schemaIdIn(value!, 0, value!.length);
    const reason = registry !== undefined && id === undefined
      ? "does not begin with the id of a schema"
      : id === undefined
      ? "does not fit the schema"
      : `cannot be decoded with the schema id ${id}`;
    log.warn(`The record at offset ${offset} of ${topic}-${partition} ${reason}; it is printed as it is.`);
  }
}

/** Writes the values of one schema. */
class ValueWriter {
  readonly #values: WrittenValues;
  readonly #zone: TimeZone;
  readonly #writers = new Map<WrittenType, (row: Value) => string>();

  constructor(values: WrittenValues, zone: TimeZone) {
    this.#values = values;
    this.#zone = zone;
  }

  /** Undefined if the value does not fit. */
  jsonOf(value: Uint8Array): Uint8Array | undefined {
    const written = this.#values(value);
    if (written === undefined) return undefined;
    const { type, start } = written;
    if (type.decoder === undefined) return value.subarray(start);
    const row: Row = type.columns.map(() => null);
    if (type.decoder.decode(value, start, value.length, row) !== RowQuality.good) return undefined;
    let write = this.#writers.get(type);
    if (write === undefined) {
      write = jsonValueWriter({ kind: "STRUCT", fields: type.columns }, this.#zone);
      this.#writers.set(type, write);
    }
    return utf8.encode(write(row));
  }
}
