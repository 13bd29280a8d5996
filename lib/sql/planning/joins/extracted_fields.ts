/**
 * The fields of structures that are columns of their own below a join: where only some fields of a column are read above
 * it, Spark reads them below, so that its optimizer knows equal fields as it knows equal columns. Source: Spark's
 * NestedColumnAliasing.
 */
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import type { DataType } from "../../../records/data_type.ts";
import { replaceParts, type SlotExpression } from "../../expressions/slots.ts";
import { isNested, partsOf } from "../../functions/coercion.ts";
import type { Expression } from "../../plan.ts";

/** See the module's description. */
export class ExtractedFields {
  /** By the slot of a column: the fields of it that are read, by their places in it, which is "" for all of it. */
  readonly #fields = new Map<number, Map<string, DataType>>();

  /** @param read All expressions over rows of the join, and its conditions. */
  constructor(read: readonly Expression[]) {
    for (const expression of read) {
      replaceParts(expression, (part) => {
        const field = fieldOf(part);
        if (field !== undefined) this.#add(field);
        return field && part;
      });
    }
  }

  #add({ column: { slot, type }, path }: Field): void {
    getOrInsert(this.#fields, slot, () => new Map()).set(placeOf(path), path.at(-1)?.type ?? type);
  }

  /** Whether Spark's optimizer knows a value as a column. */
  has(value: Expression): boolean {
    const field = fieldOf(value);
    if (field === undefined) return false;
    return field.path.length === 0 || this.#isExtracted(field.column);
  }

  #isExtracted({ slot, type }: SlotExpression): boolean {
    const fields = this.#fields.get(slot);
    if (fields === undefined || fields.has("")) return false;
    const places = [...fields];
    // What is read of a field that is read itself is read with it.
    const read = places.filter(([place]) => !places.some(([above]) => place.startsWith(`${above}.`)));
    return read.reduce((sum, [, ofField]) => sum + fieldCount(ofField), 0) < fieldCount(type);
  }
}

/** A column, or a field of it through structures alone. */
interface Field {
  readonly column: SlotExpression;
  /** From the outermost structure on. */
  readonly path: readonly { readonly index: number; readonly type: DataType }[];
}

function fieldOf(value: Expression): Field | undefined {
  if (value.kind === "slot") return { column: value, path: [] };
  if (value.kind !== "field" || !isStruct(value.argument.type)) return undefined;
  const outer = fieldOf(value.argument);
  return outer && { ...outer, path: [...outer.path, value] };
}

function isStruct(type: DataType): boolean {
  return isNested(type) && type.kind === "STRUCT";
}

function placeOf(path: Field["path"]): string {
  return path.map(({ index }) => index).join(".");
}

/** How many values without fields a value of a type has. */
function fieldCount(type: DataType): number {
  return isNested(type) ? partsOf(type).reduce((sum, part) => sum + fieldCount(part), 0) : 1;
}
