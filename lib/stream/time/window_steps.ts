/** The steps that give a row its windows, or its session. */
import { type TimeZone, UTC } from "../../base/time_zone.ts";
import type { RowConsumer } from "../../records/data_type.ts";
import {
  add,
  floorModulo,
  type Micros,
  MICROS_PER_SECOND,
  microsOf,
  subtract,
} from "../../records/values/micros.ts";
import { SECONDS_PER_DAY } from "../../records/values/timestamp.ts";
import type { SessionStep, WindowStep } from "../../sql/plan.ts";
import { sessionEnd } from "../../sql/planning/window_values.ts";
import { compileExpression, type Evaluate } from "../expression.ts";
import { fitTimestamp } from "../values/fit.ts";
import { plusDays } from "./time_shift.ts";

/** The windows of a row that are passed on at once: the row has the last of them. */
export interface WindowRun {
  /** The step that makes them, after which there is no other. */
  readonly step: WindowStep;
  /** The column of the window in the rows that are passed on. */
  readonly column: number;
  /** How many windows the current row is in: each of the others starts a slide before the next one. */
  count: number;
}

/**
 * Windows start at multiples of the slide, counted from the epoch plus the start time. The last window that
 * contains a time starts at or before it; the others start one slide earlier each, as long as they contain
 * it.
 *
 * @param run Present if those of a row are passed on at once; ones that may not be safe integers never are.
 */
export function compileWindow(
  step: WindowStep,
  { zone, run }: { readonly zone: TimeZone; readonly run: WindowRun | undefined },
  next: RowConsumer,
): RowConsumer {
  const time = compileExpression(step.time, zone);
  const { sizeMicros, slideMicros, startMicros, slot } = step;
  const plainMax = Number.MAX_SAFE_INTEGER - sizeMicros - slideMicros - Math.abs(startMicros);
  return (row) => {
    const at = time(row) as Micros | null;
    if (at === null) return;
    if (typeof at === "bigint" || Math.abs(at) > plainMax) {
      if (run !== undefined) run.count = 1;
      for (const window of farWindows(step, at)) {
        row[slot] = window;
        next(row);
      }
      return;
    }
    const last = at - floorModulo(at - startMicros, slideMicros);
    if (run !== undefined) {
      run.count = Math.ceil((last - at + sizeMicros) / slideMicros);
      if (run.count <= 0) return;
      row[slot] = [last, last + sizeMicros];
      return next(row);
    }
    for (let start = last; start > at - sizeMicros; start -= slideMicros) {
      row[slot] = [start, start + sizeMicros];
      next(row);
    }
  };
}

/** The same for times whose windows may not be safe integers. @throws {SfcrimeError} QUERY_FAILED */
function* farWindows(
  { sizeMicros, slideMicros, startMicros }: WindowStep,
  at: Micros,
): Iterable<readonly [Micros, Micros]> {
  const [size, slide] = [BigInt(sizeMicros), BigInt(slideMicros)];
  const rest = BigInt(fitTimestamp(subtract(at, startMicros))) % slide;
  const last = BigInt(at) - (rest < 0n ? rest + slide : rest);
  // As in Spark, the earliest ones must fit as well, even if they end before the time.
  for (let start = last; start > last - size; start -= slide) {
    const window = [fitTimestamp(microsOf(start)), fitTimestamp(microsOf(start + size))] as const;
    if (window[1] > at) yield window;
  }
}

/** The session that a row begins. */
export function compileSession(step: SessionStep, zone: TimeZone, next: RowConsumer): RowConsumer {
  const { gapDays, gapMicros, gap, slot } = step;
  if (gap !== undefined) {
    return compileGap(step, compileExpression(sessionEnd(step, gap), zone), { zone, next });
  }
  const time = compileExpression(step.time, zone);
  const restMicros = gapMicros - gapDays * SECONDS_PER_DAY * MICROS_PER_SECOND;
  const ofDays = step.time.type === "TIMESTAMP_NTZ" ? UTC : zone;
  return (row) => {
    const at = time(row) as Micros | null;
    if (at === null) return;
    const from = gapDays === 0 ? at : plusDays(at, gapDays, ofDays);
    row[slot] = [at, fitTimestamp(add(from, restMicros))];
    next(row);
  };
}

/** A session whose gap is an expression. */
function compileGap(
  step: SessionStep,
  end: Evaluate,
  { zone, next }: { readonly zone: TimeZone; readonly next: RowConsumer },
): RowConsumer {
  const time = compileExpression(step.time, zone);
  return (row) => {
    const [from, until] = [time(row) as Micros | null, end(row) as Micros | null];
    if (from === null || until === null || until <= from) return;
    row[step.slot] = [from, until];
    next(row);
  };
}
