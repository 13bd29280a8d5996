/** Values of rows as plain JSON, as `to_json` of Spark has them with all NULLs and microseconds: a naive oracle. */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../lib/base/time_zone.ts";
import type { DataType, Value } from "../../lib/records/data_type.ts";
import { decimalText } from "../../lib/records/values/decimal_text.ts";
import { dateText } from "../../lib/records/values/timestamp.ts";

/** A value as what `JSON.parse` gives. */
export function plainJson(value: Value, type: DataType, zone: TimeZone): unknown {
  if (value === null) return null;
  if (typeof type === "object") {
    switch (type.kind) {
      case "ARRAY":
        return (value as readonly Value[]).map((item) => plainJson(item, type.element, zone));
      case "MAP":
        return Object.fromEntries(
          (value as readonly (readonly [string, Value])[]).map((
            [key, item],
          ) => [key, plainJson(item, type.value, zone)]),
        );
      case "STRUCT":
        return Object.fromEntries(
          type.fields.map(({ name, type }, index) => [
            name,
            plainJson((value as readonly Value[])[index]!, type, zone),
          ]),
        );
      case "DECIMAL":
        return Number(decimalText(value as bigint, type.scale));
    }
  }
  switch (type) {
    case "BIGINT":
      return Number(value);
    case "FLOAT":
    case "DOUBLE":
      return Number.isFinite(value) ? value : String(value);
    case "BINARY":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "DATE":
      return dateText(value as number);
    case "TIMESTAMP":
      return localText(BigInt(value as number | bigint), zone);
    default:
      return value;
  }
}

function localText(micros: bigint, zone: TimeZone): string {
  const million = 1_000_000n;
  const fraction = ((micros % million) + million) % million;
  const seconds = Number((micros - fraction) / million);
  const text = new Date((seconds + zone.offsetAtUtc(seconds)) * 1_000).toISOString();
  return `${text.slice(0, -5).replace("T", " ")}.${String(fraction).padStart(6, "0")}`;
}
