/**
 * Writes groups as JSON straight from packed memory: the same bytes as `json_bytes.ts` makes of their rows, without a
 * row. What most results are made of, windows, times and counts, goes from numbers to digits.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type DataType, type Schema, typeName } from "../../records/data_type.ts";
import { type GroupColumn, type TextColumn, timeIn } from "../../stream/groups/group_column.ts";
import type { Group } from "../../stream/groups/packed_groups.ts";
import { type AddValue, jsonAdder, memberStart } from "./json_bytes.ts";
import { addInteger } from "./number_bytes.ts";
import { FixedText, type TextBytes } from "./text_bytes.ts";
import { TimestampBytes } from "./time_bytes.ts";
import { WindowBytes } from "./window_bytes.ts";

/** Adds the columns of a group as the members of an object, which is left open. */
export type AddGroup = (group: Group, out: TextBytes) => void;

/** A writer for groups with the columns of a schema. */
export function jsonGroupAdder(
  columns: readonly GroupColumn[],
  { schema, zone }: { readonly schema: Schema; readonly zone: TimeZone },
): AddGroup {
  const start = new FixedText(memberStart(schema, 0));
  const members = columns.map((column, index) =>
    memberAdder(column, {
      type: schema[index]!.type,
      after: index + 1 < columns.length ? memberStart(schema, index + 1) : "",
      zone,
    })
  );
  return (group, out) => {
    out.add(start);
    for (let index = 0; index < members.length; index++) members[index]!(group, out);
  };
}

interface Member {
  readonly type: DataType;
  /** What stands between this value and the next one. */
  readonly after: string;
  readonly zone: TimeZone;
}

/** A writer of a value and of what stands after it. */
function memberAdder(column: GroupColumn, { type, after, zone }: Member): AddGroup {
  const [end, nullEnd] = [new FixedText(after), new FixedText(`null${after}`)];
  switch (column.kind) {
    case "count":
      return (group, out) => {
        addInteger(column.count(group), out);
        out.add(end);
      };
    case "time": {
      const times = new TimestampBytes(zone);
      return (group, out) => {
        if (column.isNull(group)) return out.add(nullEnd);
        times.add(column.time(group), out);
        out.add(end);
      };
    }
    case "window": {
      const windows = new WindowBytes(fieldsOf(type), { after, zone });
      return (group, out) => {
        if (column.isNull(group)) out.add(nullEnd);
        else windows.add(timeIn(column.start, group), timeIn(column.end, group), out);
      };
    }
    case "text":
      return textAdder(column, { add: jsonAdder(type, zone), end });
    case "value": {
      const add = jsonAdder(type, zone);
      return (group, out) => {
        add(column.value(group), out);
        out.add(end);
      };
    }
  }
}

/** Texts that have numbers are written once, and copied from then on. */
function textAdder(
  column: TextColumn,
  { add, end }: { readonly add: AddValue; readonly end: FixedText },
): AddGroup {
  const written: FixedText[] = [];
  return (group, out) => {
    const number = column.number(group);
    const known = number < 0 ? undefined : written[number];
    if (known !== undefined) return out.add(known);
    const from = out.length;
    add(column.value(group), out);
    out.add(end);
    if (number >= 0) out.copy(from, written[number] = new FixedText());
  };
}

/** The fields of the type of a window. */
export function fieldsOf(type: DataType): Schema {
  if (typeof type !== "string" && type.kind === "STRUCT") return type.fields;
  throw new SfcrimeError("INTERNAL", `A window cannot be ${typeName(type)}.`);
}
