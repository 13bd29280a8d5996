/** Keys and values of packed groups, for tests. */
import type { Value } from "../../lib/records/data_type.ts";
import type { GroupTypes } from "../../lib/stream/groups/packed_rows.ts";

/** The latest time. */
export const FAR = 2n ** 63n - 1n;

/** A key as a text that only equal keys have, by the rules of GROUP BY. */
export function textOf(key: readonly Value[]): string {
  return JSON.stringify(key, (_name, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "string") return `"${[...value].map((unit) => unit.codePointAt(0)).join()}"`;
    if (typeof value === "number") return Number.isNaN(value) ? "NaN" : String(value + 0);
    return value;
  });
}

/** Values of all kinds: packed, and as objects. */
export const VALUES: Pick<GroupTypes, "valueTypes" | "initial"> = {
  valueTypes: ["DOUBLE", "STRING", "BIGINT", { kind: "ARRAY", element: "INT" }, "TIMESTAMP", "BOOLEAN"],
  initial: [0, null, null, null, null, null],
};
