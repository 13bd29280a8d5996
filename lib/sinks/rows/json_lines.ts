/** Encodes rows as lines of JSON, as bytes. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import type { GroupColumn } from "../../stream/groups/group_column.ts";
import type { Group } from "../../stream/groups/packed_groups.ts";
import { type AddGroup, jsonGroupAdder } from "./json_groups.ts";
import { type AddRow, jsonRowAdder } from "./json_bytes.ts";
import { PackedLines } from "./kernel/packed_lines.ts";
import { FixedText, TextBytes } from "./text_bytes.ts";

/** For fewer groups, the kernel and its room in the memory of the table are not worth it. */
const PACKED_GROUPS_MIN = 1_024;

/** Groups of a list, and what follows the columns of each, including the line break; see {@link lineEnd}. */
export interface GroupsToAdd {
  readonly groups: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly bytesMax: number;
  readonly end: FixedText;
}

/** How the groups of some columns are written. */
interface GroupLines {
  readonly columns: readonly GroupColumn[];
  readonly add: AddGroup;
  readonly packed: PackedLines | undefined;
}

/** See the module's description. */
export class JsonLines {
  readonly #schema: Schema;
  readonly #zone: TimeZone;
  readonly #addRow: AddRow;
  /** For the columns that groups had last. */
  #ofGroups: GroupLines | undefined;
  readonly #text = new TextBytes();
  readonly #packedMin: number;
  #rowCount = 0;

  /** @param packedMin How many groups have to be written together for the kernel to write them. */
  constructor(schema: Schema, zone: TimeZone, packedMin = PACKED_GROUPS_MIN) {
    this.#packedMin = packedMin;
    this.#schema = schema;
    this.#zone = zone;
    this.#addRow = jsonRowAdder(schema, zone);
  }

  /** Rows added since the last {@link take}. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of the lines gathered since then. */
  get byteCount(): number {
    return this.#text.length;
  }

  /** Adds a row. @param end What follows its columns, including the line break; see {@link lineEnd}. */
  add(row: Readonly<Row>, end: FixedText): void {
    this.#addRow(row, this.#text);
    this.#text.add(end);
    this.#rowCount++;
  }

  /**
   * Adds the rows of groups with these columns, from an index of the list up to another one, or until there are so many
   * bytes; returns the index of the first that is left.
   */
  addGroups(columns: readonly GroupColumn[], { groups, from, to, bytesMax, end }: GroupsToAdd): number {
    const { add, packed } = this.#groupLinesOf(columns);
    const out = this.#text;
    const addOne = (group: Group) => {
      add(group, out);
      out.add(end);
    };
    let at = from;
    if (packed !== undefined && groups.length >= this.#packedMin) {
      at = packed.add(groups, { from, to, end }, { out, bytesMax, addOther: addOne });
    } else {
      do addOne(groups[at++]!); while (at < to && out.length < bytesMax);
    }
    this.#rowCount += at - from;
    return at;
  }

  #groupLinesOf(columns: readonly GroupColumn[]): GroupLines {
    if (this.#ofGroups?.columns !== columns) {
      const format = { schema: this.#schema, zone: this.#zone };
      const [add, packed] = [jsonGroupAdder(columns, format), PackedLines.of(columns, format)];
      this.#ofGroups = { columns, add, packed };
    }
    return this.#ofGroups;
  }

  /** Returns the lines, in a buffer of their own, and starts over. */
  take(): Uint8Array<ArrayBuffer> {
    this.#rowCount = 0;
    return this.#text.take();
  }

  /** Uses the memory of lines that were taken, and that nobody needs any more, for the next ones. */
  recycle(lines: Uint8Array<ArrayBuffer>): void {
    this.#text.recycle(lines);
  }
}

/**
 * The end of a line, after the columns of a row.
 *
 * @param tags Members that every row has, as `,"name":value`
 */
export function lineEnd(tags = ""): FixedText {
  return new FixedText(`${tags}}\n`);
}
