/** Assigns the rows of a batch to the partitions of a topic, in requests of bounded size. */
import { APPEND_BYTES_MAX, APPEND_RECORDS_MAX } from "../../base/bounds.ts";
import type { KeyedValue } from "../broker.ts";

/** A row and its partition. */
export interface PlacedRow {
  readonly row: KeyedValue;
  readonly partition: number;
}

/** Assigns rows to partitions by key, in requests that a broker accepts. */
export function* placeRows(
  rows: readonly KeyedValue[],
  partitionOf: (key: Uint8Array | null) => number,
): Iterable<readonly PlacedRow[]> {
  let [request, bytes]: [PlacedRow[], number] = [[], 0];
  for (const row of rows) {
    const size = (row.key?.length ?? 0) + (row.value?.length ?? 0);
    if (request.length > 0 && (bytes + size > APPEND_BYTES_MAX || request.length >= APPEND_RECORDS_MAX)) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push({ row, partition: partitionOf(row.key) });
    bytes += size;
  }
  if (request.length > 0) yield request;
}
