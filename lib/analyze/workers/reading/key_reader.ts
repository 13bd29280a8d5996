/** Reads the key of a record into the slots of the columns that are fields of it. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { RecordView } from "../../../broker/record_batch/decode.ts";
import type { RecordColumn, Row, Value } from "../../../records/data_type.ts";
import type { FormatDecoder } from "../../../records/formats/schemas/format_decoder.ts";
import { RowQuality } from "../../../records/json/json_reader.ts";
import type { KeyReading } from "../../../plan/declared_streams.ts";
import type { RecordFormats } from "../../../registry/formats/record_formats.ts";

/** What is read of keys. */
export interface KeyReaderOptions {
  readonly reading: KeyReading;
  /** The slot of the first column. */
  readonly firstSlot: number;
  readonly zone: TimeZone;
  readonly formats: RecordFormats;
}

/** See the module's description. */
export class KeyReader {
  readonly decoder: FormatDecoder;
  /** For each field that is read: the slot of its column. */
  readonly #slots: readonly number[];
  readonly #fields: Row;

  /** @param columns Those of a row, of which those of the key are read. */
  constructor(
    columns: readonly RecordColumn[],
    { reading: { format, fields }, firstSlot, zone, formats }: KeyReaderOptions,
  ) {
    const ofKey = columns.flatMap(({ keyField, type }, index) =>
      keyField === undefined ? [] : [{ name: keyField, type, slot: firstSlot + index }]
    );
    this.#slots = ofKey.map(({ slot }) => slot);
    this.#fields = ofKey.map(() => null);
    const read = ofKey.map(({ name, type }) => ({ name, type }));
    this.decoder = formats.decoder(format, { columns: read, declared: fields, zone });
  }

  /** Reads a key; a record without one has NULLs. */
  read({ bytes, keyStart, keyEnd }: RecordView, row: Row): RowQuality {
    let quality: RowQuality = RowQuality.good;
    if (keyStart < 0) this.#fields.fill(null);
    else quality = this.decoder.decode(bytes, keyStart, keyEnd, this.#fields);
    for (let index = 0; index < this.#slots.length; index++) {
      row[this.#slots[index]!] = this.#fields[index] as Value;
    }
    return quality;
  }
}
