/** Decodes records of Protobuf into rows. */
import type { Row, Schema } from "../../data_type.ts";
import { RowQuality } from "../../json/json_reader.ts";
import type { RecordDecoder } from "../../record_decoder.ts";
import type { ProtoMessage } from "./proto_schema.ts";
import { messageReader } from "./proto_reader.ts";
import { columnFields } from "./proto_types.ts";

/**
 * The decoder of a message. A record that does not fit is a row of NULLs.
 *
 * @param columns The columns of a row, by the names of fields.
 */
export function protoDecoder(message: ProtoMessage, columns: Schema): RecordDecoder {
  const read = messageReader(message);
  const fields = columnFields(message);
  const places = columns.map(({ name }) => fields.findIndex((field) => field.name === name));
  return {
    decode(bytes: Uint8Array, start: number, end: number, row: Row): RowQuality {
      try {
        const values = read(bytes.subarray(start, end));
        for (let slot = 0; slot < places.length; slot++) row[slot] = values[places[slot]!] ?? null;
        return RowQuality.good;
      } catch (error) {
        // The reader of bytes has errors of several classes for what is not Protobuf.
        if (!(error instanceof Error)) throw error;
        row.fill(null);
        return RowQuality.malformed;
      }
    },
  };
}
