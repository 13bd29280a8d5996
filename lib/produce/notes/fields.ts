/** Finds fields of a record by their names, among the members that the scanner has located. */
import { JsonScanner, type Members } from "../../records/json/json_scan.ts";

const OPEN_BRACE = 0x7b;
const utf8 = new TextEncoder();

/** Finds the value of a field, as JSON; undefined if there is no such field, or none is wanted. */
export type FieldFinder = (record: Uint8Array, members: Members) => Uint8Array | undefined;

/** A field name may contain a dot; if there is no such field, the part before the dot is the outer field. */
export function fieldFinder(field: string | undefined): FieldFinder {
  if (field === undefined) return () => undefined;
  const name = quoted(field);
  const [first, ...path] = field.split(".").map(quoted);
  const scanner = new JsonScanner();
  return (record, members) => {
    const own = valueOf(record, members, name);
    if (own !== undefined || path.length === 0) return own;
    let value = valueOf(record, members, first!);
    for (const inner of path) {
      if (value === undefined || value[0] !== OPEN_BRACE) return undefined;
      scanner.scan(value, 0);
      value = valueOf(value, scanner, inner);
    }
    return value;
  };
}

/** The value of the last member of that name, which wins over duplicates; names with escapes are not found. */
export function valueOf(record: Uint8Array, members: Members, name: Uint8Array): Uint8Array | undefined {
  for (let index = members.count - 1; index >= 0; index--) {
    if (!isNamed(record, members, index, name)) continue;
    return record.subarray(members.valueStart(index), members.valueEnd(index));
  }
  return undefined;
}

/** A name as it stands in JSON. */
export function quoted(name: string): Uint8Array {
  return utf8.encode(JSON.stringify(name));
}

/** Whether a member has that name, with its quotes. */
export function isNamed(record: Uint8Array, members: Members, index: number, name: Uint8Array): boolean {
  const start = members.nameStart(index);
  if (members.nameEnd(index) - start !== name.length) return false;
  for (let at = 0; at < name.length; at++) if (record[start + at] !== name[at]) return false;
  return true;
}
