/** Encodes rows as lines of JSON, as bytes. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import type { GroupColumn } from "../../stream/groups/group_column.ts";
import type { Group } from "../../stream/groups/packed_groups.ts";
import { type AddGroup, jsonGroupAdder } from "./json_groups.ts";
import { type AddRow, jsonRowAdder } from "./json_bytes.ts";
import { FixedText, TextBytes } from "./text_bytes.ts";

/** See the module's description. */
export class JsonLines {
  readonly #schema: Schema;
  readonly #zone: TimeZone;
  readonly #addRow: AddRow;
  /** For the columns that groups had last. */
  #ofGroups: { readonly columns: readonly GroupColumn[]; readonly add: AddGroup } | undefined;
  readonly #text = new TextBytes();
  #rowCount = 0;

  constructor(schema: Schema, zone: TimeZone) {
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

  /** Returns what adds the row of a group with these columns. */
  groupAdder(columns: readonly GroupColumn[], end: FixedText): (group: Group) => void {
    if (this.#ofGroups?.columns !== columns) {
      this.#ofGroups = { columns, add: jsonGroupAdder(columns, { schema: this.#schema, zone: this.#zone }) };
    }
    const { add } = this.#ofGroups;
    return (group) => {
      add(group, this.#text);
      this.#text.add(end);
      this.#rowCount++;
    };
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
