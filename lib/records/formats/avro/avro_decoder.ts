/** Decodes records of Avro into rows. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Row, Schema } from "../../data_type.ts";
import { RowQuality } from "../../json/json_reader.ts";
import type { RecordDecoder } from "../../record_decoder.ts";
import { AvroBytes, MalformedValue } from "./avro_bytes.ts";
import { rowReader } from "./avro_reader.ts";
import { SchemaProblem } from "../schemas/schema_problem.ts";
import type { AvroSchema } from "./avro_schema.ts";
import { recordOf, singleField } from "./avro_types.ts";

/** What is read. */
export interface AvroReading {
  /** The schema whose fields the columns are. */
  readonly reader: AvroSchema;
  /** The columns of a row, by the names of fields. */
  readonly columns: Schema;
  readonly zone: TimeZone;
}

/** The decoder of records that were written with a schema. A record that does not fit is a row of NULLs. */
export function avroDecoder(writer: AvroSchema, { reader, columns, zone }: AvroReading): RecordDecoder {
  const slots = Map.groupBy(columns.keys(), (slot) => columns[slot]!.name);
  const written = reader.kind === "record" ? writer : singleField(writer);
  const read = rowReader(written, recordOf(reader), { zone, slotsOf: (field) => slots.get(field) ?? [] });
  const from = new AvroBytes();
  return {
    decode(bytes: Uint8Array, start: number, end: number, row: Row): RowQuality {
      from.begin(bytes, start, end);
      try {
        read(from, row);
        return RowQuality.good;
      } catch (error) {
        // A default that is not of its schema is found when it is used, as in Java.
        if (!(error instanceof MalformedValue || error instanceof SchemaProblem)) throw error;
        row.fill(null);
        return RowQuality.malformed;
      }
    },
  };
}
