/** What is read of records, by their keys. */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { DecodedSchema } from "../data_type.ts";
import { isOfValue } from "../kafka/kafka_column.ts";
import { scalarReader } from "./field_readers.ts";
import type { FieldTarget } from "./json_reader.ts";
import { type ScalarReaders, valueReader } from "./value_reader.ts";

/**
 * The targets of each key for the columns of a schema, of which several may have the same name. What Kafka keeps of a
 * record, and its key, have slots, but are not in its value.
 */
export function fieldTargets(
  schema: DecodedSchema,
  zone: TimeZone,
  scalars: ScalarReaders = scalarReader,
): Map<string, FieldTarget[]> {
  const targets = new Map<string, FieldTarget[]>();
  for (const [slot, column] of schema.entries()) {
    if (!isOfValue(column)) continue;
    const { name, type, asBytes = false, needed = "all" } = column;
    getOrInsert(targets, name, () => []).push({
      slot,
      type,
      asBytes,
      needed,
      read: valueReader(type, zone, scalars),
      readScalar: scalars(type, zone),
    });
  }
  return targets;
}
