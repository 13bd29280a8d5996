/** Functions that read and write JSON. */
import type { Row, Schema, Value } from "../../../records/data_type.ts";
import { RowQuality } from "../../../records/json/json_reader.ts";
import { recordDecoder } from "../../../records/record_decoder.ts";
import { jsonValueWriter } from "../../values/json_text.ts";
import { boundedText } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";

const ENCODER = new TextEncoder();

/** By their name in plans. */
export const JSON_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  /** As records are read: what does not fit is NULL. */
  from_json: (args, call, zone) => {
    const { fields } = call.type as { readonly fields: Schema };
    const decoder = recordDecoder(fields, zone);
    return strict((text: string) => {
      const bytes = ENCODER.encode(text);
      const row: Row = new Array<Value>(fields.length).fill(null);
      return decoder.decode(bytes, 0, bytes.length, row) === RowQuality.empty ? null : row;
    })(args, call, zone);
  },
  to_json: (args, call, zone) => {
    const write = jsonValueWriter(call.args[0]!.type, zone, { omitsNulls: true });
    return strict((value: Value) => boundedText(write(value)))(args, call, zone);
  },
};
