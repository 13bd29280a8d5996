/**
 * Decodes the records of topics once for all branches that read them: the columns that any of them needs, or
 * all columns if corrupt records have to be detected.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { printable } from "../../../base/text/printable.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { RecordView } from "../../../broker/record_batch/decode.ts";
import { selectionText, topicFilter, topicsText } from "../../../config/values/topic_selection.ts";
import {
  type DecodedSchema,
  type RecordColumn,
  type Row,
  typeName,
  type Value,
} from "../../../records/data_type.ts";
import { isOfValue, keyColumn } from "../../../records/kafka/kafka_column.ts";
import { RowQuality } from "../../../records/json/json_reader.ts";
import { javaText } from "../../../records/values/java_text.ts";
import { type RecordDecoder, recordDecoder } from "../../../records/record_decoder.ts";
import { bothNeeded, type Needed } from "../../../records/needed.ts";
import type { FormatDecoder } from "../../../records/formats/schemas/format_decoder.ts";
import type { RecordPart } from "../../../registry/formats/stream_format.ts";
import type { RecordFormats } from "../../../registry/formats/record_formats.ts";
import { KeySample, type SourceSample } from "../../../monitoring/key_sample.ts";
import type { StreamReading } from "../../../plan/declared_streams.ts";
import { type KafkaReader, kafkaReader, type RecordSource } from "./kafka_reader.ts";
import { KeyReader } from "./key_reader.ts";

/** A column that is decoded; the others of a strict stream are only checked. */
interface SourceColumn extends RecordColumn {
  asBytes: boolean;
  needed: Needed;
}

/** Where a record is. */
export interface RecordPlace {
  /** Its topic and partition. */
  readonly place: string;
  readonly offset: number;
}

/** A schema that has to be loaded. */
export interface NeededSchema {
  readonly id: number;
  /** The part of a record that has it. */
  readonly part: RecordPart;
}

const log = logger("analyze");

/** How much of a record that does not fit is shown. */
const SHOWN_LENGTH_MAX = 200;

/** See the module's description. */
export class SharedSource {
  /** Whether it reads a topic. */
  readonly reads: (topic: string) => boolean;
  readonly #reading: StreamReading;
  readonly #zone: TimeZone;
  readonly #columns: SourceColumn[];
  /** Slots before the columns: one for the text of corrupt records, if wanted. */
  readonly #ownSlots: 0 | 1;
  #row: Row = [];
  #decoded: Row = [];
  #decoder: RecordDecoder | undefined;
  /** The same, of a format whose schemas may have to be loaded first. */
  #formatDecoder: FormatDecoder | undefined;
  readonly #formats: RecordFormats | undefined;
  /** Reads what Kafka keeps of a record, if anybody needs it. */
  #readKafka: KafkaReader | undefined;
  /** Reads fields of the key, if anybody needs them. */
  #keys: KeyReader | undefined;
  #sample: KeySample | undefined;

  /** @param formats Makes the decoders of formats with schemas; only streams with one need it. */
  constructor(reading: StreamReading, zone: TimeZone, formats?: RecordFormats) {
    this.reads = topicFilter(reading.topics);
    this.#formats = formats;
    this.#reading = reading;
    this.#zone = zone;
    this.#ownSlots = reading.corruptRecord === undefined ? 0 : 1;
    this.#columns = isStrict(reading) ? allColumns(reading) : [];
  }

  /**
   * Equal for streams that can share a source. Times without a zone are parsed in the time zone of the query, so
   * queries with different zones cannot.
   */
  static keyOf(reading: StreamReading, { id }: TimeZone): string {
    const { topics, mode, corruptRecord, fields, format, key } = reading;
    return JSON.stringify([
      selectionText(topics),
      id,
      format ?? null,
      key?.format ?? null,
      ...isStrict(reading) ? [mode, corruptRecord ?? null, fields, key?.fields ?? null] : [],
    ]);
  }

  /** The decoded row, valid until the next record. */
  get row(): Readonly<Row> {
    return this.#row;
  }

  /** The slots of columns, which are decoded from now on: as far as is enough for all who read them. */
  slotsOf(columns: DecodedSchema): number[] {
    this.#decoder = undefined;
    return columns.map(({ asBytes = false, needed = "all", ...column }) => {
      const { name, type, kafka, keyField } = column;
      if (isOfValue(column) && name === this.#reading.corruptRecord) return 0;
      const index = this.#columns.findIndex((known) =>
        known.name === name && known.kafka === kafka && known.keyField === keyField &&
        typeName(known.type) === typeName(type)
      );
      if (index < 0) return this.#ownSlots + this.#columns.push({ ...column, asBytes, needed }) - 1;
      const known = this.#columns[index]!;
      known.asBytes &&= asBytes;
      known.needed = bothNeeded(known.needed, needed);
      return this.#ownSlots + index;
    });
  }

  /** Whether schemas may have to be loaded before a record is decoded. */
  get hasSchemas(): boolean {
    return this.#reading.format?.isFramed === true || this.#reading.key?.format.isFramed === true;
  }

  /** The schema that has to be loaded before a record is decoded. */
  missingSchema({ bytes, keyStart, keyEnd, valueStart, valueEnd }: RecordView): NeededSchema | undefined {
    this.#decoder ??= this.#compile();
    const ofKey = keyStart < 0 ? undefined : this.#keys?.decoder.missing(bytes, keyStart, keyEnd);
    if (ofKey !== undefined) return { id: ofKey, part: "key" };
    const id = valueStart < 0 ? undefined : this.#formatDecoder?.missing(bytes, valueStart, valueEnd);
    return id === undefined ? undefined : { id, part: "value" };
  }

  /**
   * Loads the schema of a record.
   *
   * @throws {SfcrimeError} In failfast mode, if there is none; what the registry answers.
   */
  async loadSchema({ id, part }: NeededSchema, { place, offset }: RecordPlace): Promise<void> {
    const { format, key, mode } = this.#reading;
    const [decoder, kind] = part === "key"
      ? [this.#keys!.decoder, key!.format.kind]
      : [this.#formatDecoder!, format!.kind];
    const record = `${
      part === "key" ? "The key of the record" : "The record"
    } at offset ${offset} of ${place} has the schema id ${id}`;
    const found = await decoder.load(id).catch((error: unknown) => {
      if (!(error instanceof SfcrimeError)) throw error;
      const { code, message, hint, retriable } = error;
      throw new SfcrimeError(code, `${record}. ${message}`, {
        retriable,
        cause: error,
        ...hint === undefined ? {} : { hint },
      });
    });
    if (found) return;
    const problem = `${record}, for which the registry has no ${kind} schema`;
    if (mode === "failfast") {
      throw new SfcrimeError("QUERY_FAILED", `${problem}.`, {
        hint: "Check [registry] url; with mode = permissive, such records are read as NULLs.",
      });
    }
    log.warn(`${problem}; records with it are read as NULLs.`);
  }

  /**
   * Decodes a record into {@link row}.
   *
   * @throws {SfcrimeError} QUERY_FAILED in failfast mode, for a value that does not fit.
   */
  decode(
    record: RecordView,
    place: RecordSource,
  ): RowQuality {
    const decoder = this.#decoder ??= this.#compile();
    const quality = this.#decodeValue(decoder, record, place);
    this.#readKafka?.(record, place, this.#row);
    if (this.#keys === undefined) return quality;
    const ofKey = this.#keys.read(record, this.#row);
    if (fits(ofKey)) return quality;
    if (this.#reading.mode === "failfast") {
      throw doesNotFit("The key of the record", { ...place, offset: record.offset, text: keyTextOf(record) });
    }
    return ofKey === RowQuality.malformed ? ofKey : quality;
  }

  #decodeValue(decoder: RecordDecoder, record: RecordView, place: RecordSource): RowQuality {
    const { bytes, valueStart, valueEnd } = record;
    if (valueStart < 0) {
      // A null value is a row of NULLs, like an invalid one.
      this.#row.fill(null);
      return this.#isWhole ? RowQuality.good : RowQuality.malformed;
    }
    const quality = decoder.decode(bytes, valueStart, valueEnd, this.#decoded);
    if (this.#sample?.isOpen === true && quality <= RowQuality.badField) this.#sample.look(textOf(record));
    const isFit = fits(quality);
    if (this.#reading.mode === "failfast" && !isFit) {
      throw doesNotFit("The record", { ...place, offset: record.offset, text: textOf(record) });
    }
    if (this.#ownSlots > 0) {
      this.#row[0] = isFit ? null : textOf(record);
      for (let slot = 0; slot < this.#decoded.length; slot++) {
        this.#row[slot + 1] = this.#decoded[slot] as Value;
      }
    }
    return quality;
  }

  /** Whether a value is not divided into columns, so that any value fits. */
  get #isWhole(): boolean {
    return this.#reading.fields.length === 0 && this.#ownSlots === 0;
  }

  /** The sample of keys since the last call. */
  takeSample(): SourceSample | undefined {
    return this.#sample?.take();
  }

  #compile(): RecordDecoder {
    // A record of JSON names its columns itself.
    this.#sample = this.#reading.format !== undefined || this.#isWhole
      ? undefined
      : new KeySample(topicsText(this.#reading.topics), this.#columns.filter(isOfValue));
    this.#decoded = new Array<Value>(this.#columns.length).fill(null);
    this.#row = this.#ownSlots === 0 ? this.#decoded : new Array<Value>(this.#columns.length + 1).fill(null);
    const { format, fields: declared, key } = this.#reading;
    this.#readKafka = kafkaReader(this.#columns, this.#ownSlots);
    this.#keys = key === undefined || this.#columns.every(({ keyField }) => keyField === undefined)
      ? undefined
      : new KeyReader(this.#columns, {
        reading: key,
        firstSlot: this.#ownSlots,
        zone: this.#zone,
        formats: this.#formats!,
      });
    if (format === undefined) return recordDecoder(this.#columns, this.#zone, declared);
    const decoded = { columns: this.#columns, declared, zone: this.#zone };
    return this.#formatDecoder = this.#formats!.decoder(format, decoded);
  }
}

/** Whether a record has to fit all columns, not only those that are needed. */
function isStrict({ mode, corruptRecord }: StreamReading): boolean {
  return mode === "failfast" || corruptRecord !== undefined;
}

/** All fields of a record. */
function allColumns({ fields, key }: StreamReading): SourceColumn[] {
  const ofKey = (key?.fields ?? []).map(({ name, type }) => keyColumn(name, type));
  return [...fields, ...ofKey].map((column) => ({ ...column, asBytes: true, needed: "all" }));
}

function fits(quality: RowQuality): boolean {
  return quality === RowQuality.good || quality === RowQuality.empty;
}

/** The value of a record as text. */
export function textOf({ bytes, valueStart, valueEnd }: RecordView): string {
  return javaText(bytes.subarray(valueStart, valueEnd));
}

function keyTextOf({ bytes, keyStart, keyEnd }: RecordView): string {
  return javaText(bytes.subarray(keyStart, keyEnd));
}

function doesNotFit(
  what: string,
  { topic, partition, offset, text }: RecordSource & { readonly offset: number; readonly text: string },
): SfcrimeError {
  const shown = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  return new SfcrimeError(
    "QUERY_FAILED",
    `${what} at offset ${offset} of ${topic}-${partition} does not fit the columns: ${printable(shown)}`,
    { hint: "The stream has mode = failfast; use permissive to read such fields as NULL." },
  );
}
