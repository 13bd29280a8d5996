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
import { RowQuality } from "../../../records/json/json_reader.ts";
import { javaText } from "../../../records/values/java_text.ts";
import { type RecordDecoder, recordDecoder } from "../../../records/record_decoder.ts";
import { bothNeeded, type Needed } from "../../../records/needed.ts";
import type { FormatDecoder } from "../../../records/formats/schemas/format_decoder.ts";
import type { RecordFormats } from "../../../registry/formats/record_formats.ts";
import { KeySample, type SourceSample } from "../../../monitoring/key_sample.ts";
import type { StreamReading } from "../../../plan/declared_streams.ts";
import { type KafkaReader, kafkaReader } from "./kafka_reader.ts";

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
  #sample: KeySample | undefined;

  /** @param formats Makes the decoders of formats with schemas; only streams with one need it. */
  constructor(reading: StreamReading, zone: TimeZone, formats?: RecordFormats) {
    this.reads = topicFilter(reading.topics);
    this.#formats = formats;
    this.#reading = reading;
    this.#zone = zone;
    this.#ownSlots = reading.corruptRecord === undefined ? 0 : 1;
    this.#columns = isStrict(reading)
      ? reading.fields.map((field) => ({ ...field, asBytes: true, needed: "all" }))
      : [];
  }

  /**
   * Equal for streams that can share a source. Times without a zone are parsed in the time zone of the query, so
   * queries with different zones cannot.
   */
  static keyOf(reading: StreamReading, { id }: TimeZone): string {
    const { topics, mode, corruptRecord, fields, format } = reading;
    return JSON.stringify([
      selectionText(topics),
      id,
      format ?? null,
      ...isStrict(reading) ? [mode, corruptRecord ?? null, fields] : [],
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
      const { name, type, kafka } = column;
      if (kafka === undefined && name === this.#reading.corruptRecord) return 0;
      const index = this.#columns.findIndex((known) =>
        known.name === name && known.kafka === kafka && typeName(known.type) === typeName(type)
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
    return this.#reading.format?.isFramed === true;
  }

  /** The id of the schema that has to be loaded before a record is decoded. */
  missingSchema({ bytes, valueStart, valueEnd }: RecordView): number | undefined {
    this.#decoder ??= this.#compile();
    return valueStart < 0 ? undefined : this.#formatDecoder?.missing(bytes, valueStart, valueEnd);
  }

  /**
   * Loads the schema of a record.
   *
   * @throws {SfcrimeError} In failfast mode, if there is none; what the registry answers.
   */
  async loadSchema(id: number, { place, offset }: RecordPlace): Promise<void> {
    const record = `The record at offset ${offset} of ${place} has the schema id ${id}`;
    const found = await this.#formatDecoder!.load(id).catch((error: unknown) => {
      if (!(error instanceof SfcrimeError)) throw error;
      const { code, message, hint, retriable } = error;
      throw new SfcrimeError(code, `${record}. ${message}`, {
        retriable,
        cause: error,
        ...hint === undefined ? {} : { hint },
      });
    });
    if (found) return;
    const problem = `${record}, for which the registry has no ${this.#reading.format!.kind} schema`;
    if (this.#reading.mode === "failfast") {
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
    place: { readonly topic: string; readonly partition: number },
  ): RowQuality {
    const decoder = this.#decoder ??= this.#compile();
    const { bytes, valueStart, valueEnd } = record;
    if (valueStart < 0) {
      // A null value is a row of NULLs, like an invalid one.
      this.#row.fill(null);
      this.#readKafka?.(record, place, this.#row);
      return RowQuality.malformed;
    }
    const quality = decoder.decode(bytes, valueStart, valueEnd, this.#decoded);
    if (this.#sample!.isOpen && quality <= RowQuality.badField) this.#look(record);
    const fits = quality === RowQuality.good || quality === RowQuality.empty;
    if (this.#reading.mode === "failfast" && !fits) {
      throw doesNotFit(`${place.topic}-${place.partition}`, { offset: record.offset, text: textOf(record) });
    }
    if (this.#ownSlots > 0) {
      this.#row[0] = fits ? null : textOf(record);
      for (let slot = 0; slot < this.#decoded.length; slot++) {
        this.#row[slot + 1] = this.#decoded[slot] as Value;
      }
    }
    this.#readKafka?.(record, place, this.#row);
    return quality;
  }

  #look(record: RecordView): void {
    // Keys are compared with the columns, as a record of JSON names them itself.
    if (this.#reading.format === undefined) this.#sample!.look(textOf(record));
  }

  /** The sample of keys since the last call. */
  takeSample(): SourceSample | undefined {
    return this.#sample?.take();
  }

  #compile(): RecordDecoder {
    const ofValue = this.#columns.filter(({ kafka }) => kafka === undefined);
    this.#sample = new KeySample(topicsText(this.#reading.topics), ofValue);
    this.#decoded = new Array<Value>(this.#columns.length).fill(null);
    this.#row = this.#ownSlots === 0 ? this.#decoded : new Array<Value>(this.#columns.length + 1).fill(null);
    const { format, fields: declared } = this.#reading;
    this.#readKafka = kafkaReader(this.#columns, this.#ownSlots);
    if (format === undefined) return recordDecoder(this.#columns, this.#zone, declared);
    const decoded = { columns: this.#columns, declared, zone: this.#zone };
    return this.#formatDecoder = this.#formats!.decoder(format, decoded);
  }
}

/** Whether a record has to fit all columns, not only those that are needed. */
function isStrict({ mode, corruptRecord }: StreamReading): boolean {
  return mode === "failfast" || corruptRecord !== undefined;
}

/** The value of a record as text. */
export function textOf({ bytes, valueStart, valueEnd }: RecordView): string {
  return javaText(bytes.subarray(valueStart, valueEnd));
}

function doesNotFit(
  place: string,
  { offset, text }: { readonly offset: number; readonly text: string },
): SfcrimeError {
  const shown = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  return new SfcrimeError(
    "QUERY_FAILED",
    `The record at offset ${offset} of ${place} does not fit the columns: ${printable(shown)}`,
    { hint: "The stream has mode = failfast; use permissive to read such fields as NULL." },
  );
}
