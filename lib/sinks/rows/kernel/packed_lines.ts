/**
 * Writes groups as lines of JSON in the kernel: the same bytes as `json_groups.ts`, which writes what the kernel does not,
 * in a fraction of the time. The results of many groups are windows, times, texts and counts.
 */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Schema } from "../../../records/data_type.ts";
import type {
  GroupColumn,
  NullablePlace,
  TextColumn,
  TimeColumn,
} from "../../../stream/groups/group_column.ts";
import type { GroupMemory } from "../../../stream/groups/kernel/group_memory.ts";
import type { Group } from "../../../stream/groups/packed_groups.ts";
import { jsonAdder, memberStart } from "../json_bytes.ts";
import { fieldsOf } from "../json_groups.ts";
import { LineMemory, type LineStep, LIST_LENGTH } from "./line_memory.ts";
import { type FixedText, TextBytes } from "../text_bytes.ts";

/** Where lines go. */
export interface LineContext {
  readonly out: TextBytes;
  /** With how many bytes that is enough. */
  readonly bytesMax: number;
  /** Adds the line of a group that the kernel cannot write. */
  readonly addOther: (group: Group) => void;
}

/** See the module's description. */
export class PackedLines {
  readonly #memory: () => GroupMemory;
  readonly #members: readonly LineStep[];
  readonly #texts: readonly TextColumn[];
  readonly #zone: TimeZone;
  readonly #addText;
  readonly #text = new TextBytes();
  /** The steps of lines with an end. */
  #steps: readonly LineStep[] = [];
  #end: FixedText | undefined;

  private constructor(
    memory: () => GroupMemory,
    { members, texts, zone }: {
      readonly members: readonly LineStep[];
      readonly texts: readonly TextColumn[];
      readonly zone: TimeZone;
    },
  ) {
    this.#memory = memory;
    this.#members = members;
    this.#texts = texts;
    this.#zone = zone;
    this.#addText = jsonAdder("STRING", zone);
  }

  /** What writes groups with such columns; undefined if the kernel cannot. */
  static of(
    columns: readonly GroupColumn[],
    { schema, zone }: { readonly schema: Schema; readonly zone: TimeZone },
  ): PackedLines | undefined {
    const members: LineStep[] = [];
    let memory: (() => GroupMemory) | undefined;
    for (const [index, column] of columns.entries()) {
      const place = placeOf(column);
      if (place === undefined) return undefined;
      memory = place.memory;
      members.push({ kind: "literal", text: memberStart(schema, index) }, ...stepsOf(column, schema[index]!));
    }
    if (memory === undefined) return undefined;
    const texts = columns.filter((column) => column.kind === "text");
    return new PackedLines(memory, { members, texts, zone });
  }

  /**
   * Adds the lines of groups, from an index of the list up to another one, or until there are enough bytes; returns the
   * index of the first that is left. @param end What each line ends with.
   */
  add(
    groups: Int32Array,
    { from, to, end }: { readonly from: number; readonly to: number; readonly end: FixedText },
    context: LineContext,
  ): number {
    const lines = this.#linesFor(end);
    let at = from;
    while (at < to && context.out.length < context.bytesMax) {
      at += this.#addPart(groups.subarray(at, Math.min(to, at + LIST_LENGTH)), lines, context);
    }
    return at;
  }

  /** Returns how many of the groups it has added. */
  #addPart(groups: Int32Array, lines: LineMemory, { out, bytesMax, addOther }: LineContext): number {
    lines.setList(groups);
    let at = 0;
    while (at < groups.length && out.length < bytesMax) {
      const { count, lines: written, stop } = lines.write(at, groups.length - at);
      out.addBytes(written);
      at += count;
      if (stop.why === "other") addOther(groups[at++]!);
      else if (stop.why === "text") lines.setText(stop.number, this.#jsonOf(stop.number, groups[at]!));
    }
    return at;
  }

  /** What an interned text of a group is in JSON. */
  #jsonOf(number: number, group: Group): Uint8Array {
    const column = this.#texts.find((column) => column.number(group) === number)!;
    this.#addText(column.value(group), this.#text);
    return this.#text.take();
  }

  #linesFor(end: FixedText): LineMemory {
    if (end !== this.#end) {
      const text = new TextDecoder().decode(end.bytes.subarray(0, end.length));
      this.#steps = [...this.#members, { kind: "literal", text }];
      this.#end = end;
    }
    const lines = LineMemory.of(this.#memory(), this.#zone);
    lines.useSteps(this.#steps);
    return lines;
  }
}

/** Where a column is, if the kernel can write it. */
function placeOf(column: GroupColumn): { readonly memory: () => GroupMemory } | undefined {
  switch (column.kind) {
    case "window":
      return column.end.place && column.start.place;
    case "value":
      return undefined;
    default:
      return column.place;
  }
}

function stepsOf(column: GroupColumn, { type }: Schema[number]): readonly LineStep[] {
  switch (column.kind) {
    case "count":
      return [{ kind: "count", at: column.place.at }];
    case "time":
      return unlessNull(column.place!, [timeStep(column)]);
    case "window": {
      const fields = fieldsOf(type);
      return unlessNull(column.start.place!, [
        { kind: "literal", text: memberStart(fields, 0) },
        timeStep(column.start),
        { kind: "literal", text: memberStart(fields, 1) },
        timeStep(column.end),
        { kind: "literal", text: "}" },
      ]);
    }
    case "text":
      return unlessNull(column.place, [{ kind: "text", index: column.place.at }]);
    case "value":
      return [];
  }
}

function timeStep({ place }: TimeColumn): LineStep {
  return { kind: "time", at: place!.at, added: place!.added };
}

function unlessNull({ flagsAt, flag }: NullablePlace, steps: readonly LineStep[]): readonly LineStep[] {
  return [{ kind: "unlessNull", at: flagsAt, flag, text: "null", steps: steps.length }, ...steps];
}
