/**
 * The fields of structures that are columns of their own below a join: where only some fields of a column are read above
 * it, Spark reads them below, so that its optimizer knows equal fields as it knows equal columns. Source: Spark's
 * NestedColumnAliasing.
 */
import type { DataType } from "../../../records/data_type.ts";
import { replaceParts, type SlotExpression } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";

/** See the module's description. */
export class ExtractedFields {
  /** By the slot of a column: the fields of it that are read, by their places in it. */
  readonly #fields = new Map<number, Map<string, DataType>>();
  readonly #whole = new Set<number>();
  readonly #types = new Map<number, DataType>();

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
    if (path.length === 0) this.#whole.add(slot);
    const { type: fieldType } = path.at(-1) ?? { type };
    this.#types.set(slot, type);
    const fields = this.#fields.get(slot) ?? new Map<string, DataType>();
    this.#fields.set(slot, fields.set(placeOf(path), fieldType));
  }

  /** Whether Spark's optimizer knows a value as a column. */
  has(value: Expression): boolean {
    const field = fieldOf(value);
    if (field === undefined) return false;
    return field.path.length === 0 || this.#isExtracted(field.column.slot);
  }

  #isExtracted(slot: number): boolean {
    if (this.#whole.has(slot)) return false;
    const places = [...this.#fields.get(slot) ?? []];
    // What is read of a field that is read itself is read with it.
    const read = places.filter(([place]) => !places.some(([above]) => place.startsWith(`${above}.`)));
    return read.reduce((sum, [, type]) => sum + fieldCount(type), 0) < fieldCount(this.#types.get(slot)!);
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
  if (value.kind !== "field" || isList(value.argument.type)) return undefined;
  const outer = fieldOf(value.argument);
  return outer && { ...outer, path: [...outer.path, value] };
}

function isList(type: DataType): boolean {
  return typeof type !== "string" && type.kind === "ARRAY";
}

function placeOf(path: Field["path"]): string {
  return path.map(({ index }) => index).join(".");
}

/** How many values without fields a value of a type has. */
function fieldCount(type: DataType): number {
  if (typeof type === "string") return 1;
  switch (type.kind) {
    case "STRUCT":
      return type.fields.reduce((sum, field) => sum + fieldCount(field.type), 0);
    case "ARRAY":
      return fieldCount(type.element);
    case "MAP":
      return fieldCount(type.key) + fieldCount(type.value);
    case "DECIMAL":
      return 1;
  }
}
