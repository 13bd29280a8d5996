/**
 * Runs a branch of a plan: takes decoded rows through filters, joins and windows to the stage row, which it
 * hands on. A step works on the row in place; one that makes several rows of it hands each on in turn.
 */
import type { Row, Value } from "../records/data_type.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Branch, JoinStep, RowStep, SessionStep, WindowStep } from "../sql/plan.ts";
import { compileExpression, type Evaluate } from "./expression.ts";
import { StaticTable } from "./static_table.ts";
import { EventTimeStats } from "./watermark.ts";

/** Takes a row; it is only good until it returns. */
export type TakeRow = (row: Row) => void;

/** What a branch needs to run. */
export interface BranchContext {
  readonly zone: TimeZone;
  /** The rows of static tables, by name. */
  readonly tables: ReadonlyMap<string, readonly Row[]>;
}

/** A branch, compiled. */
export interface RunningBranch {
  /** A row of the branch's width, for the decoder to fill from slot 0 on. */
  readonly row: Row;
  /** What the rows' event times came to since it was last reset. */
  readonly eventTimes: EventTimeStats;
  /** Rows with an event time after this, in microseconds, are left out; set for each batch. */
  eventTimeMaxMicros: number;
  /** Takes what is in {@link row} through the steps. */
  run(): void;
}

/** Compiles a branch that hands its stage rows to `take`. */
export function compileBranch(branch: Branch, context: BranchContext, take: TakeRow): RunningBranch {
  const row: Row = new Array<Value>(branch.width).fill(null);
  const eventTimes = new EventTimeStats();
  const steps = branch.steps.reduceRight<TakeRow>(
    (next, step) => compileStep(step, context, next),
    compileOutput(branch, context, take),
  );
  const slot = branch.watermark?.slot;
  const early = (branch.early ?? []).map((condition) => compileExpression(condition, context.zone));
  const running: RunningBranch = {
    row,
    eventTimes,
    eventTimeMaxMicros: Infinity,
    run() {
      for (const holds of early) if (holds(row) !== true) return;
      // From here on a row moves the watermark, also if a later step throws it away.
      const time = slot === undefined ? null : row[slot] as number | null;
      if (time !== null) {
        if (time > running.eventTimeMaxMicros) return eventTimes.leaveOut();
        eventTimes.add(time);
      }
      steps(row);
    },
  };
  return running;
}

function compileOutput({ output }: Branch, { zone }: BranchContext, take: TakeRow): TakeRow {
  const evaluators = output.map((expression) => compileExpression(expression, zone));
  const result: Row = new Array<Value>(output.length).fill(null);
  return (row) => {
    for (let index = 0; index < evaluators.length; index++) result[index] = evaluators[index]!(row);
    take(result);
  };
}

function compileStep(step: RowStep, context: BranchContext, next: TakeRow): TakeRow {
  switch (step.kind) {
    case "filter": {
      const holds = compileExpression(step.condition, context.zone);
      return (row) => {
        if (holds(row) === true) next(row);
      };
    }
    case "window":
      return compileWindow(step, compileExpression(step.time, context.zone), next);
    case "session window":
      return compileSession(step, compileExpression(step.time, context.zone), next);
    case "join":
      return compileJoin(step, context, next);
  }
}

/**
 * A window begins at a multiple of the slide, counted from the epoch plus the start. The last window that
 * holds a time begins at or before it; the others begin a slide earlier each, as long as they hold it.
 */
function compileWindow(step: WindowStep, time: Evaluate, next: TakeRow): TakeRow {
  const { sizeMicros, slideMicros, startMicros, slot } = step;
  return (row) => {
    const at = time(row) as number | null;
    if (at === null) return;
    const last = at - floorModulo(at - startMicros, slideMicros);
    for (let start = last; start > at - sizeMicros; start -= slideMicros) {
      row[slot] = [start, start + sizeMicros];
      next(row);
    }
  };
}

function compileSession({ gapMicros, slot }: SessionStep, time: Evaluate, next: TakeRow): TakeRow {
  return (row) => {
    const at = time(row) as number | null;
    if (at === null) return;
    row[slot] = [at, at + gapMicros];
    next(row);
  };
}

function floorModulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

function compileJoin(step: JoinStep, context: BranchContext, next: TakeRow): TakeRow {
  const { type, columns, firstSlot } = step;
  const table = new StaticTable(context.tables.get(step.table) ?? [], step.tableKeys);
  const keys = step.rowKeys.map((key) => compileExpression(key, context.zone));
  const condition = step.condition === undefined
    ? undefined
    : compileExpression(step.condition, context.zone);
  const values: Value[] = new Array<Value>(keys.length).fill(null);
  const matches = (row: Row): readonly Row[] => {
    for (let index = 0; index < keys.length; index++) {
      const value = keys[index]!(row);
      if (value === null) return [];
      values[index] = value;
    }
    return table.find(values);
  };
  const place = (row: Row, found: Row | undefined) => {
    for (let index = 0; index < columns.length; index++) {
      row[firstSlot + index] = found === undefined ? null : found[columns[index]!]!;
    }
  };
  const isPair = (row: Row, found: Row): boolean => {
    place(row, found);
    return condition === undefined || condition(row) === true;
  };
  switch (type) {
    case "INNER":
      return (row) => {
        for (const found of matches(row)) if (isPair(row, found)) next(row);
      };
    case "LEFT":
      return (row) => {
        let matched = false;
        for (const found of matches(row)) {
          if (!isPair(row, found)) continue;
          matched = true;
          next(row);
        }
        if (matched) return;
        place(row, undefined);
        next(row);
      };
    case "LEFT SEMI":
      return (row) => {
        if (matches(row).some((found) => isPair(row, found))) next(row);
      };
    case "LEFT ANTI":
      return (row) => {
        if (!matches(row).some((found) => isPair(row, found))) next(row);
      };
  }
}
