/**
 * The host of `line_kernel.as`: its room in the memory of a table of groups, and the calls into the module. The module
 * has no memory of its own, so it reads the rows where they are.
 */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { GroupMemory } from "../../../stream/groups/kernel/group_memory.ts";
import { LINE_KERNEL } from "./line_kernel.wasm.ts";

interface Exports {
  readonly start: (
    valueBytes: number,
    fixedKeyBytes: number,
    textsAt: number,
    textCount: number,
    weeks: number,
  ) => void;
  readonly useTexts: (entries: number) => void;
  readonly useWeek: (week: number, minutes: number, isOnly: boolean) => void;
  readonly linesEnd: () => number;
  readonly reason: () => number;
  readonly need: () => number;
  readonly write: (
    list: number,
    count: number,
    steps: number,
    stepCount: number,
    fixedBytes: number,
    out: number,
    outEnd: number,
  ) => number;
}

/** A step of a line; positions in rows are in bytes. */
export type LineStep =
  | { readonly kind: "literal"; readonly text: string }
  /** If the flag is set, a text, and so many of the next steps are left out. */
  | {
    readonly kind: "unlessNull";
    readonly at: number;
    readonly flag: number;
    readonly text: string;
    readonly steps: number;
  }
  | { readonly kind: "count"; readonly at: number }
  | { readonly kind: "time"; readonly at: number; readonly added: number }
  /** A text of the key, by its index. */
  | { readonly kind: "text"; readonly index: number };

/** Why the kernel has stopped. */
export type Stop =
  /** It has written all, or goes on in the next call. */
  | { readonly why: "none" }
  /** It cannot write the next group. */
  | { readonly why: "other" }
  /** What an interned text is in JSON has to be set. */
  | { readonly why: "text"; readonly number: number };

/** As in the kernel. */
const KINDS = { literal: 0, unlessNull: 1, count: 2, time: 3, text: 4 } as const;
const [STOP_OTHER, STOP_WEEK, STOP_TEXT] = [1, 2, 3];
const STEP_BYTES = 32;
const WEEKS_BYTES = 64 * 16;
/** The weeks of the years 1000 to 9999, without the first and the last one. */
const [WEEK_MIN, WEEK_MAX] = [-50_613, 419_003];

/** How many groups are written at once, and room for their lines. */
export const LIST_LENGTH = 1_024;
const OUT_BYTES = 262_144;
/** Memory is taken for so many bytes of texts at once. */
const TEXT_ROOM = 16_384;
/** An interned text has at most 64 bytes, each of which may be an escape of six. */
const INTERNED_JSON_BYTES_MAX = 64 * 6 + 2;
/** The most bytes of a step, besides texts. */
const [COUNT_BYTES_MAX, TIME_BYTES_MAX] = [20, 32];
/** Texts are copied in words. */
const WORD = 8;

const utf8 = new TextEncoder();
let compiled: WebAssembly.Module | undefined;

/** The steps of a line, in the memory. */
interface PlacedSteps {
  readonly at: number;
  readonly room: number;
  readonly count: number;
  /** How many of them write a time. */
  readonly timeCount: number;
  /** The most bytes of a line without texts that are not interned. */
  readonly fixedBytes: number;
}

/** Of each table: its memory lasts as long as the table, whoever writes its groups. */
const linesOf = new WeakMap<GroupMemory, LineMemory>();

/** See the module's description. */
export class LineMemory {
  readonly memory: GroupMemory;
  readonly #zone: TimeZone;
  readonly #kernel: Exports;
  readonly #list: number;
  readonly #out: number;
  /** The steps, and where they are. */
  #given: readonly LineStep[] = [];
  #steps: PlacedSteps = { at: 0, room: 0, count: 0, timeCount: 0, fixedBytes: 0 };
  /** How many weeks the next group has needed so far. */
  #weeksNeeded = 0;
  /** The entries of interned texts, for how many there is room, and where the next text goes. */
  #entries = 0;
  #entryCount = 0;
  #room = 0;
  #roomEnd = 0;

  /** What writes the groups of a table, whose query has a zone. */
  static of(memory: GroupMemory, zone: TimeZone): LineMemory {
    const known = linesOf.get(memory);
    if (known !== undefined && known.#zone === zone) return known;
    const lines = new LineMemory(memory, zone);
    linesOf.set(memory, lines);
    return lines;
  }

  private constructor(memory: GroupMemory, zone: TimeZone) {
    this.memory = memory;
    this.#zone = zone;
    compiled ??= new WebAssembly.Module(Buffer.from(LINE_KERNEL, "base64"));
    const instance = new WebAssembly.Instance(compiled, { env: { memory: memory.memory } });
    this.#kernel = instance.exports as unknown as Exports;
    const { valueBytes, fixedKeyBytes, textsAt, textCount } = memory.layout;
    this.#kernel.start(valueBytes, fixedKeyBytes, textsAt, textCount, memory.take(WEEKS_BYTES));
    this.#list = memory.take(4 * LIST_LENGTH);
    this.#out = memory.take(OUT_BYTES);
  }

  /** Sets what a line consists of, unless these steps are set. */
  useSteps(steps: readonly LineStep[]): void {
    if (steps === this.#given) return;
    this.#given = steps;
    const texts = steps.map((step) => "text" in step ? utf8.encode(step.text) : new Uint8Array());
    const stepsBytes = STEP_BYTES * steps.length;
    const room = texts.reduce((sum, { length }) => sum + padded(length), stepsBytes);
    const at = room <= this.#steps.room ? this.#steps.at : this.memory.take(room);
    const { words, bytes } = this.memory.views;
    let textAt = at + stepsBytes;
    for (const [index, step] of steps.entries()) {
      const text = texts[index]!;
      bytes.set(text, textAt);
      words.set(stepWords(step, textAt, text.length), (at + STEP_BYTES * index) / 4);
      textAt += padded(text.length);
    }
    const textBytes = texts.reduce((sum, { length }) => sum + length, 0);
    const fixedBytes = steps.reduce((sum, step) => sum + bytesMax(step), textBytes + WORD);
    const timeCount = steps.filter(({ kind }) => kind === "time").length;
    this.#steps = { at, room: Math.max(room, this.#steps.room), count: steps.length, timeCount, fixedBytes };
  }

  /** Places the list of the groups that are to be written. */
  setList(groups: Int32Array): void {
    this.memory.views.words.set(groups, this.#list / 4);
    this.#makeEntries();
  }

  /**
   * Writes groups of the list, from an index on, so many at most. The lines, which are valid until the next call, are
   * those of the first `count` of them; `stop` says why there are no more.
   */
  write(
    from: number,
    count: number,
  ): { readonly count: number; readonly lines: Uint8Array; readonly stop: Stop } {
    const { at, count: stepCount, fixedBytes } = this.#steps;
    const list = this.#list + 4 * from;
    const written = this.#kernel.write(
      list,
      count,
      at,
      stepCount,
      fixedBytes,
      this.#out,
      this.#out + OUT_BYTES,
    );
    const lines = this.memory.views.bytes.subarray(this.#out, this.#kernel.linesEnd() >>> 0);
    if (written > 0) this.#weeksNeeded = 0;
    return { count: written, lines, stop: this.#stop() };
  }

  /** Sets what an interned text is in JSON. */
  setText(number: number, json: Uint8Array): void {
    const bytes = padded(json.length);
    if (bytes > this.#roomEnd - this.#room) {
      this.#room = this.memory.take(TEXT_ROOM);
      this.#roomEnd = this.#room + TEXT_ROOM;
    }
    const { views } = this.memory;
    views.bytes.set(json, this.#room);
    views.words.set([this.#room, json.length], this.#entries / 4 + 2 * number);
    this.#room += bytes;
  }

  #stop(): Stop {
    switch (this.#kernel.reason()) {
      case STOP_OTHER:
        this.#weeksNeeded = 0;
        return { why: "other" };
      case STOP_TEXT:
        return { why: "text", number: this.#kernel.need() };
      case STOP_WEEK:
        // Two weeks of a line may have the same place, and take it from each other.
        if (++this.#weeksNeeded > this.#steps.timeCount) {
          this.#weeksNeeded = 0;
          return { why: "other" };
        }
        this.#setWeek(this.#kernel.need());
        return { why: "none" };
      default:
        return { why: "none" };
    }
  }

  #setWeek(week: number): void {
    const isUsual = week > WEEK_MIN && week < WEEK_MAX;
    const minutes = isUsual ? this.#zone.offsetOfWeek(week) / 60 : NaN;
    const isOnly = Number.isInteger(minutes);
    this.#kernel.useWeek(week, isOnly ? minutes : 0, isOnly);
  }

  /** Makes room for an entry of each interned text. */
  #makeEntries(): void {
    const count = this.memory.internedCount;
    if (count <= this.#entryCount) return;
    const room = Math.max(count, 2 * this.#entryCount);
    const entries = this.memory.take(WORD * room);
    const { bytes } = this.memory.views;
    bytes.copyWithin(entries, this.#entries, this.#entries + WORD * this.#entryCount);
    this.#entries = entries;
    this.#entryCount = room;
    this.#kernel.useTexts(entries);
  }
}

function padded(length: number): number {
  return Math.ceil(length / WORD) * WORD;
}

function stepWords(step: LineStep, text: number, length: number): number[] {
  const kind = KINDS[step.kind];
  switch (step.kind) {
    case "literal":
      return [kind, text, length];
    case "unlessNull":
      return [kind, step.at, step.flag, text, length, step.steps];
    case "count":
      return [kind, step.at];
    case "time":
      return [kind, step.at, step.added, Math.floor(step.added / 2 ** 32)];
    case "text":
      return [kind, step.index];
  }
}

/** The most bytes that a step writes besides its text. */
function bytesMax({ kind }: LineStep): number {
  return kind === "count"
    ? COUNT_BYTES_MAX
    : kind === "time"
    ? TIME_BYTES_MAX
    : kind === "text"
    ? INTERNED_JSON_BYTES_MAX
    : 0;
}
