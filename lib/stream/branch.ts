/**
 * Runs a branch of a plan: passes decoded rows through filters, joins and windows to a stage row, which it
 * hands to the next operator. Steps modify the row in place; a step that makes several rows of it passes them
 * on one by one.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Row, RowConsumer, Value } from "../records/data_type.ts";
import type { Micros } from "../records/values/micros.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Branch, ExpandStep, JoinStep, Pipeline, RowStep } from "../sql/plan.ts";
import { compileExpression } from "./expression.ts";
import { compileGenerator } from "./functions/nested/generators.ts";
import type { Draws } from "./functions/random/draws.ts";
import { NO_ROWS, tableIndex } from "./tables/static_table.ts";
import { EventTimeStats } from "./time/watermark.ts";
import { compileSession, compileWindow, type WindowRun } from "./time/window_steps.ts";

/** The context of a branch. */
export interface BranchContext {
  readonly zone: TimeZone;
  /** The rows of static tables, by name. */
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  /** Where seeds are drawn from, if a step draws any. */
  readonly draws?: Draws | undefined;
  /** Present if the windows of a row are passed on at once. */
  readonly windows?: WindowRun | undefined;
}

/** A branch, compiled. */
export interface RunningBranch {
  /** The row that the decoder fills, from slot 0 on. */
  readonly row: Row;
  /** Statistics of the event times of rows since the last reset. */
  readonly eventTimes: EventTimeStats;
  /** Rows with an event time after this are dropped; set for each batch. */
  eventTimeMaxMicros: Micros;
  /** Filters and computed columns that come before all else; false if {@link row} is dropped. */
  readonly admit: (() => boolean) | undefined;
  /** Runs the steps on {@link row}, if it was admitted. */
  run(): void;
}

/** Compiles a branch that passes its stage rows to `next`. */
export function compileBranch(branch: Branch, context: BranchContext, next: RowConsumer): RunningBranch {
  const row: Row = new Array<Value>(branch.width).fill(null);
  const eventTimes = new EventTimeStats();
  const later = branch.steps.filter((step) => !isEarlyJoin(step));
  const steps = compileSteps(later, context, compileOutput(branch, context, next));
  const slot = branch.watermark?.slot;
  const running: RunningBranch = {
    row,
    eventTimes,
    eventTimeMaxMicros: Infinity,
    admit: compileAdmission(branch, row, context),
    run() {
      // From here on a row advances the watermark, even if a later step drops it.
      const time = slot === undefined ? null : row[slot] as Micros | null;
      if (time !== null) {
        if (time > running.eventTimeMaxMicros) return eventTimes.countAhead();
        eventTimes.add(time);
      }
      steps(row);
    },
  };
  return running;
}

/** Whether a join comes before the event time is observed. */
function isEarlyJoin(step: RowStep): boolean {
  return step.kind === "join" && step.isEarly === true;
}

function compileAdmission(
  { early = [], computed = [], steps }: Branch,
  row: Row,
  context: BranchContext,
): (() => boolean) | undefined {
  const joins = steps.filter(isEarlyJoin);
  if (early.length + computed.length + joins.length === 0) return undefined;
  // They keep every row, and only note whether it has a match.
  const match = joins.length === 0 ? undefined : compileSteps(joins, context, () => {});
  const { zone } = context;
  const conditions = early.map((condition) => compileExpression(condition, zone));
  const columns = computed.map(({ slot, expression }) => ({
    slot,
    value: compileExpression(expression, zone),
  }));
  return () => {
    match?.(row);
    for (let index = 0; index < conditions.length; index++) {
      if (conditions[index]!(row) !== true) return false;
    }
    for (let index = 0; index < columns.length; index++) {
      const { slot, value } = columns[index]!;
      row[slot] = value(row);
    }
    return true;
  };
}

/** Compiles steps, which modify a row in place and pass what they keep or make of it to `next`. */
export function compileSteps(
  steps: readonly RowStep[],
  context: BranchContext,
  next: RowConsumer,
): RowConsumer {
  return steps.reduceRight<RowConsumer>((then, step) => compileStep(step, context, then), next);
}

/** Compiles the output of a pipeline; the row that `next` gets is the same each time. */
export function compileOutput({ output }: Pipeline, { zone }: BranchContext, next: RowConsumer): RowConsumer {
  const evaluators = output.map((expression) => compileExpression(expression, zone));
  const result: Row = new Array<Value>(output.length).fill(null);
  return (row) => {
    for (let index = 0; index < evaluators.length; index++) result[index] = evaluators[index]!(row);
    next(result);
  };
}

function compileStep(step: RowStep, context: BranchContext, next: RowConsumer): RowConsumer {
  switch (step.kind) {
    case "filter": {
      const holds = compileExpression(step.condition, context.zone);
      return (row) => {
        if (holds(row) === true) next(row);
      };
    }
    case "window":
      return compileWindow(
        step,
        { zone: context.zone, run: context.windows?.step === step ? context.windows : undefined },
        next,
      );
    case "session window":
      return compileSession(step, context.zone, next);
    case "expand":
      return compileExpand(step, context, next);
    case "generate": {
      const args = step.generator.args.map((arg) => compileExpression(arg, context.zone));
      return compileGenerator(step, args, next);
    }
    case "random": {
      const draw = context.draws!.source(step.draw);
      return (row) => {
        row[step.slot] = draw();
        next(row);
      };
    }
    case "join":
      return compileJoin(step, context, next);
  }
}

/** Rows of the grouping sets, in their order. */
function compileExpand(step: ExpandStep, { zone }: BranchContext, next: RowConsumer): RowConsumer {
  const { keySlots, idSlot, indexSlot } = step;
  const keys = step.keys.map((key) => compileExpression(key, zone));
  const sets = step.sets.map((set) => {
    const isIn = keys.map((_key, index) => set.includes(index));
    return { isIn, id: isIn.reduce((id, is) => 2n * id + (is ? 0n : 1n), 0n) };
  });
  const values: Value[] = new Array<Value>(keys.length).fill(null);
  return (row) => {
    for (let key = 0; key < keys.length; key++) values[key] = keys[key]!(row);
    for (let index = 0; index < sets.length; index++) {
      const { isIn, id } = sets[index]!;
      for (let key = 0; key < keys.length; key++) row[keySlots[key]!] = isIn[key]! ? values[key]! : null;
      row[idSlot] = id;
      if (indexSlot !== undefined) row[indexSlot] = index;
      next(row);
    }
  };
}

function tooManyRows(): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", "A subquery that is used as a value has more than one row.", {
    hint: "Use an aggregate function, such as max, or LIMIT 1.",
  });
}

function compileJoin(step: JoinStep, context: BranchContext, next: RowConsumer): RowConsumer {
  const { type, columns, firstSlot } = step;
  const table = tableIndex(context.tables.get(step.table) ?? NO_ROWS, step);
  const nullable = step.tableKeys.map((_key, index) =>
    step.nullSafe?.includes(index) === true ||
    step.isNullAware === true && index === step.tableKeys.length - 1
  );
  const keys = step.rowKeys.map((key) => compileExpression(key, context.zone));
  const condition = step.condition === undefined
    ? undefined
    : compileExpression(step.condition, context.zone);
  const values: Value[] = new Array<Value>(keys.length).fill(null);
  const matches = (row: Row): readonly Row[] => {
    for (let index = 0; index < keys.length; index++) {
      const value = keys[index]!(row);
      if (value === null && !nullable[index]!) return [];
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
    case "EXISTENCE":
      return (row) => {
        row[step.matchSlot!] = matches(row).some((found) => isPair(row, found));
        next(row);
      };
    case "SINGLE":
      return (row) => {
        const [only, other] = matches(row).filter((found) => isPair(row, found));
        if (other !== undefined) throw tooManyRows();
        place(row, only);
        if (step.matchSlot !== undefined) row[step.matchSlot] = only !== undefined;
        next(row);
      };
  }
}
