/**
 * Writes windows as objects of JSON. The rows of a result have the same few windows again and again, so the texts of the
 * last ones are kept, with what follows them.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import { memberStart } from "./json_bytes.ts";
import { FixedText, type TextBytes } from "./text_bytes.ts";
import { TimestampBytes } from "./time_bytes.ts";

const SLOT_BITS = 6;
/** An odd number without a pattern. */
const FACTOR = 0x9e37_79b1;

const NULL = new FixedText("null");

/** A window that was written. */
interface Written {
  start: Micros | null;
  end: Micros | null;
  readonly text: FixedText;
}

/** See the module's description. */
export class WindowBytes {
  readonly #starts: TimestampBytes;
  readonly #ends: TimestampBytes;
  readonly #first: FixedText;
  readonly #between: FixedText;
  readonly #last: FixedText;
  /** By the hash of the start: a window is replaced by the next one with the same. */
  readonly #written: readonly Written[];

  /** @param after What stands after a window. */
  constructor(
    fields: Schema,
    { after, zone }: { readonly after: string; readonly zone: TimeZone },
  ) {
    this.#starts = new TimestampBytes(zone);
    this.#ends = new TimestampBytes(zone);
    this.#first = new FixedText(memberStart(fields, 0));
    this.#between = new FixedText(memberStart(fields, 1));
    this.#last = new FixedText(`}${after}`);
    this.#written = Array.from(
      { length: 1 << SLOT_BITS },
      () => ({ start: NaN, end: NaN, text: new FixedText() }),
    );
  }

  /** Adds a window, either of whose times may be NULL, and what stands after it. */
  add(start: Micros | null, end: Micros | null, out: TextBytes): void {
    if (typeof start !== "number") return this.#write(start, end, out);
    const written = this.#written[Math.imul(start, FACTOR) >>> (32 - SLOT_BITS)]!;
    if (written.start === start && written.end === end) return out.add(written.text);
    const from = out.length;
    this.#write(start, end, out);
    written.start = start;
    written.end = end;
    out.copy(from, written.text);
  }

  #write(start: Micros | null, end: Micros | null, out: TextBytes): void {
    out.add(this.#first);
    if (start === null) out.add(NULL);
    else this.#starts.add(start, out);
    out.add(this.#between);
    if (end === null) out.add(NULL);
    else this.#ends.add(end, out);
    out.add(this.#last);
  }
}
