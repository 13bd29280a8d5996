/**
 * The columns that the kernel reads: the wanted keys, and the parts of those that are structures, as far as they are
 * needed. What is not needed is skipped, unless it has an ARRAY: an element that does not fit its type ends the ARRAY, and
 * Spark's parser goes on from there. So these are read to check that they fit.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Schema } from "../data_type.ts";
import { EXISTENCE, type Needed } from "../needed.ts";
import { scalarReader } from "./field_readers.ts";
import type { FieldTarget } from "./json_reader.ts";
import type { FieldReader } from "./json_token.ts";
import { type KernelColumn, kernelType } from "./kernel/json_kernel.ts";

/** A column of the kernel, and what becomes of its values. */
export interface ReadColumn extends KernelColumn {
  readonly dataType: DataType;
  /** The slots of a key; a part has none. */
  readonly targets: readonly FieldTarget[];
  /** The slot of the only target of a key, or the index of a field in its STRUCT. */
  readonly slot: number;
  /** Reads a value that is no object and no array. */
  readonly readScalar: FieldReader;
}

/** See the module's description. */
export function readColumns(
  targets: ReadonlyMap<string, readonly FieldTarget[]>,
  { declared, zone }: { readonly declared: Schema; readonly zone: TimeZone },
): ReadColumn[] {
  const tree = new ColumnTree(zone);
  for (const [name, fields] of targets) {
    const [{ type, slot, needed = "all" }] = fields as [FieldTarget];
    if (fields.length === 1) tree.add({ name, type, slot, needed, targets: fields });
    else {
      const isText = fields.some((field) => field.type === "STRING");
      tree.add({ name, type: isText ? "STRING" : "BINARY", slot, needed, targets: fields });
    }
  }
  for (const { name, type } of declared) {
    if (!targets.has(name) && mayMisfit(type)) tree.add({ name, type, needed: EXISTENCE, isChecked: true });
  }
  return tree.columns;
}

/** A column to add. */
interface Part {
  readonly name: string;
  readonly type: DataType;
  readonly needed: Needed;
  readonly slot?: number;
  readonly targets?: readonly FieldTarget[];
  readonly parent?: number;
  readonly isChecked?: boolean;
}

class ColumnTree {
  readonly columns: ReadColumn[] = [];
  readonly #zone: TimeZone;

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  add({ name, type, needed, slot = 0, targets = [], parent, isChecked = false }: Part): void {
    const index = this.columns.push({
      name,
      type: kernelType(type),
      dataType: type,
      slot,
      targets,
      readScalar: scalarReader(type, this.#zone),
      isChecked,
      ...parent === undefined ? {} : { parent },
    }) - 1;
    if (typeof type === "string" || type.kind === "DECIMAL") return;
    if (type.kind === "STRUCT") return this.#addFields(index, { fields: type.fields, needed });
    const [part, partNeeded] = type.kind === "ARRAY"
      ? [type.element, needed]
      : [type.value, isChecked ? EXISTENCE : "all" as const];
    this.add({ name: "", type: part, needed: partNeeded, parent: index, isChecked });
  }

  #addFields(
    parent: number,
    { fields, needed }: { readonly fields: Schema; readonly needed: Needed },
  ): void {
    for (const [slot, { name, type }] of fields.entries()) {
      const part = needed === "all" ? needed : needed.get(slot);
      if (part !== undefined) this.add({ name, type, needed: part, slot, parent });
      else if (mayMisfit(type)) this.add({ name, type, needed: EXISTENCE, parent, isChecked: true });
    }
  }
}

/** Whether there may be an element that does not fit its type; any value fits a STRING. */
function mayMisfit(type: DataType): boolean {
  if (typeof type === "string") return false;
  switch (type.kind) {
    case "STRUCT":
      return type.fields.some((field) => mayMisfit(field.type));
    case "MAP":
      return mayMisfit(type.value);
    case "ARRAY":
      return type.element !== "STRING";
    default:
      return false;
  }
}
