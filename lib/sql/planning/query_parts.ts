/**
 * The parts of a query that a checkpoint compares when the query has changed, as text. Parts that define the
 * meaning of the state are separate from those that may change between runs, as in Spark's "Recovery
 * Semantics after Changes in a Streaming Query". They are derived from the plan, so an equivalent statement
 * (with other white space, aliases or case) has the same parts.
 */
import { typeName } from "../../records/data_type.ts";
import { termsOf } from "../functions/chains.ts";
import { expressionText } from "../expressions/naming/expression_text.ts";
import type {
  AggregateCall,
  Branch,
  Expression,
  OperatorPlan,
  Pipeline,
  QueryPlan,
  SelectPlan,
  SessionStep,
  WindowStep,
} from "../plan.ts";
import { aggregatesOf, isGrouped, isJoined, streamJoinsOf, targetOf } from "./plan_sources.ts";
import { present } from "./conditions/push_down.ts";
import {
  columnNames,
  generatorText,
  inputNames,
  joinTexts,
  pipelineNames,
  setsText,
  type TableColumns,
  tablesOf,
} from "./slot_names.ts";
import { stepExpressions } from "./step_expressions.ts";
import { eachSlot } from "../expressions/slots.ts";

/** Parts by name, such as `group keys`; a part without items is equal to an absent one. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** See the module's description. */
export interface QueryParts {
  /** What the state means: if these change, old state does not fit new rows. Empty for a stateless query. */
  readonly state: Parts;
  /** What the state is computed from: types of columns, and the time zone if it matters. */
  readonly inputs: Parts;
  /** What may change: the change applies to rows that are read from then on. */
  readonly rest: Parts;
}

/** A branch, with names for its slots, and a prefix if there are several branches. */
interface NamedBranch {
  readonly branch: Branch;
  readonly names: readonly string[];
  readonly prefix: string;
}

/** The parts of a plan. */
export function queryParts(plan: QueryPlan, declared: TableColumns): QueryParts {
  const tables = tablesOf(plan, declared);
  const branches = plan.branches.map((branch): NamedBranch => ({
    branch,
    names: definedNames(branch, columnNames(branch, tables), tables),
    prefix: plan.branches.length === 1 ? "" : `${branch.stream}: `,
  }));
  const joins = textsOf(branches, ({ branch, names }) => joinParts(branch, names, tables));
  const selects = namedSelects(plan, tables);
  const after = selects.flatMap(({ select, names }) => joinParts(select, names, tables));
  const isAggregated = aggregatesOf(plan).length + streamJoinsOf(plan).length > 0;
  const isChained = aggregatesOf(plan).length > 1;
  return {
    state: {
      "deduplication": textsOf(
        branches,
        ({ branch, names }) => branch.deduplication?.keys.map((slot) => names[slot]!) ?? [],
      ),
      ...(isAggregated ? { joins: isChained ? [...joins, ...after] : joins } : {}),
      "stream joins": streamJoinTexts(plan, tables),
      ...groupParts(plan, branches, tables),
      "event time": followsWatermark(plan)
        ? textsOf(branches, ({ branch: { watermark, computed = [] }, names }) => {
          if (watermark === undefined) return ["none"];
          const isComputed = computed.some(({ slot }) => slot === watermark.slot);
          return [isComputed ? `${watermark.column} = ${names[watermark.slot]}` : watermark.column];
        })
        : [],
    },
    inputs: {
      "columns": textsOf(branches, (named) => columnTexts(plan, named)),
      "time zone": dependsOnZone(plan) ? [plan.timeZone] : [],
    },
    rest: {
      "filters": textsOf(branches, ({ branch, names }) => filterTexts(branch, names)),
      ...(isAggregated ? {} : { joins }),
      ...(isChained ? {} : { "joins of groups": after }),
      "subqueries": (plan.tables ?? []).map(({ text }) => text),
      "watermark delay": followsWatermark(plan)
        ? textsOf(
          branches,
          ({ branch: { watermark } }) =>
            watermark === undefined ? [] : [durationText(watermark.delayMs * 1_000)],
        )
        : [],
      ...resultParts(plan, branches, selects),
    },
  };
}

/** What differs between two sets of parts, by name. */
export function differingParts(
  before: Parts,
  now: Parts,
): { readonly name: string; readonly before: readonly string[]; readonly now: readonly string[] }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .map((name) => ({ name, before: before[name] ?? [], now: now[name] ?? [] }))
    .filter((part) => JSON.stringify(part.before) !== JSON.stringify(part.now));
}

function textsOf(
  branches: readonly NamedBranch[],
  texts: (branch: NamedBranch) => readonly string[],
): string[] {
  return branches.flatMap((named) => texts(named).map((text) => named.prefix + text));
}

/** The joins of streams: by which conditions, and the columns of the rows that they keep. */
function streamJoinTexts(plan: QueryPlan, tables: TableColumns): string[] {
  return plan.operators.flatMap((operator, index): string[] => {
    if (operator.kind !== "stream join") return [];
    const { join } = operator;
    const names = inputNames(plan, index, tables, definedNames);
    const ofRight = names.slice(join.left.columns.length);
    const conditions = [
      ...join.left.keys.map((slot, key) => `${names[slot]} = ${ofRight[join.right.keys[key]!]}`),
      ...(join.left.condition === undefined ? [] : [expressionText(join.left.condition, names)]),
      ...(join.right.condition === undefined ? [] : [expressionText(join.right.condition, ofRight)]),
      ...(join.condition === undefined ? [] : [expressionText(join.condition, names)]),
    ];
    return [`${join.type} JOIN of ${names.join(", ")} ON ${conditions.join(" AND ")}`];
  });
}

/** The parts of all aggregations; those over groups have an input only. */
function groupParts(plan: QueryPlan, branches: readonly NamedBranch[], tables: TableColumns): Parts {
  const keys: string[] = [];
  const calls: string[] = [];
  plan.operators.forEach((operator, index) => {
    if (operator.kind !== "aggregate") return;
    const { aggregate } = operator;
    const add = (stage: readonly string[], prefix = "") => {
      keys.push(...stage.slice(0, aggregate.keys.length).map((text) => prefix + text));
      calls.push(...aggregate.calls.map((call) => prefix + callText(call, stage)));
    };
    const own = branches.filter(({ branch }) => targetOf(plan, branch) === index);
    for (const named of own) add(stageTexts(named), named.prefix);
    if (own.length === 0) add(inputNames(plan, index, tables, definedNames));
  });
  return { "group keys": keys, "aggregates": calls };
}

function stageTexts({ branch, names }: NamedBranch): string[] {
  return branch.output.map((expression) => expressionText(expression, names));
}

function callText({ name, args, filter }: AggregateCall, stage: readonly string[]): string {
  const condition = filter === undefined ? "" : ` FILTER (WHERE ${stage[filter]})`;
  return `${name}(${args.length === 0 ? "*" : args.map((slot) => stage[slot]).join(", ")})${condition}`;
}

/** A SELECT over the rows of an operator, with names for its slots. */
interface NamedSelect {
  readonly select: SelectPlan;
  readonly names: readonly string[];
  /** Whether its rows are input of an aggregation. */
  readonly isInner: boolean;
}

function namedSelects(plan: QueryPlan, tables: TableColumns): NamedSelect[] {
  return plan.operators.flatMap((operator, index): NamedSelect[] => {
    if (operator.kind !== "select") return [];
    const { select, to } = operator;
    const names = definedNames(select, inputNames(plan, index, tables, definedNames), tables);
    return [{
      select,
      names,
      isInner: to !== undefined && feedsState(plan.operators[to.operator]!),
    }];
  });
}

/** Whether an operator computes its state from columns of its input. */
function feedsState({ kind }: OperatorPlan): boolean {
  return kind === "aggregate" || kind === "stream join";
}

function resultParts(
  { operators, output }: QueryPlan,
  branches: readonly NamedBranch[],
  selects: readonly NamedSelect[],
): Parts {
  const limits = operators.flatMap((operator) =>
    operator.kind === "limit"
      ? [operator.rowsMax]
      : operator.kind === "select"
      ? operator.select.limit ?? []
      : []
  );
  const columns = (texts: readonly string[]) =>
    texts.map((text, index) => `${text} AS ${output[index]!.name}`);
  const texts = (of: (named: NamedSelect, text: (expression: Expression) => string) => readonly string[]) =>
    selects.flatMap((named) => of(named, (expression) => expressionText(expression, named.names)));
  return {
    "HAVING": texts(({ select: { steps } }, text) =>
      steps.flatMap((step) => step.kind === "filter" ? [text(step.condition)] : [])
    ),
    "result": [
      ...textsOf(
        branches.filter(({ branch }) =>
          !isGrouped({ operators }, branch) && !isJoined({ operators }, branch)
        ),
        (named) => columns(stageTexts(named)),
      ),
      ...texts(({ select, isInner }, text) => isInner ? [] : columns(select.output.map(text))),
    ],
    "ORDER BY": texts(({ select }, text) =>
      select.sort.map(({ expression, descending, nullsFirst }) =>
        `${text(expression)}${descending ? " DESC" : ""} NULLS ${nullsFirst ? "FIRST" : "LAST"}`
      )
    ),
    "LIMIT": limits.map(String),
  };
}

/** Whether the watermark affects the state: it evicts groups or keys, or drops rows. */
function followsWatermark(plan: QueryPlan): boolean {
  const { branches, outputMode } = plan;
  if (branches.some(({ deduplication }) => deduplication !== undefined)) return true;
  if (
    streamJoinsOf(plan).flatMap(({ left, right }) => [left, right]).some(({ eventTime, expiry }) =>
      eventTime ?? expiry
    )
  ) {
    return true;
  }
  return aggregatesOf(plan).some((aggregate) =>
    aggregate.sessionKey !== undefined || (outputMode !== "complete" && hasTimeKey(branches, aggregate))
  );
}

/** Whether a key could evict groups, even if there is no watermark to do so. */
function hasTimeKey(branches: readonly Branch[], { keys }: { readonly keys: readonly unknown[] }): boolean {
  return branches.some(({ steps, output, watermark }) =>
    steps.some(({ kind }) => kind === "window") ||
    output.slice(0, keys.length).some((key) => key.kind === "slot" && key.slot === watermark?.slot)
  );
}

/** The expressions over the row of a branch from which the state is computed. */
function stateExpressions(plan: QueryPlan, branch: Branch) {
  const { deduplication, computed = [], steps, output } = branch;
  const keys = (deduplication?.keys ?? []).map((slot, index): Expression => ({
    kind: "slot",
    slot,
    type: deduplication!.keyTypes[index]!,
  }));
  const first = [...keys, ...computed.map(({ expression }) => expression)];
  if (!isGrouped(plan, branch) && !isJoined(plan, branch)) return first;
  const ofSteps = steps.flatMap((step): readonly Expression[] => {
    return step.kind === "filter" ? [] : stepExpressions(step);
  });
  return [...first, ...ofSteps, ...output];
}

/** The columns of the stream that the state is computed from, with their types. */
function columnTexts(plan: QueryPlan, { branch }: NamedBranch): string[] {
  const slots = new Set<number>();
  for (const expression of stateExpressions(plan, branch)) eachSlot(expression, (slot) => slots.add(slot));
  return branch.columns.flatMap(({ name, type }, slot) =>
    slots.has(slot) ? [`${name} ${typeName(type)}`] : []
  );
}

/** Parsing and formatting of times depends on the time zone. */
function dependsOnZone(plan: QueryPlan): boolean {
  const expressions = plan.branches.map((branch) => stateExpressions(plan, branch));
  return followsWatermark(plan) || /"type":"(TIMESTAMP|DATE)"/.test(JSON.stringify(expressions));
}

/**
 * The conjuncts of the filters, sorted, since their order in WHERE does not matter. That the time of a window is
 * not NULL is no filter of the query, wherever it is checked.
 */
function filterTexts({ early = [], steps }: Branch, names: readonly string[]): string[] {
  const conditions = steps.flatMap((step) => step.kind === "filter" ? [step.condition] : []);
  const texts = [...early, ...conditions].flatMap(termsOf).map((one) => expressionText(one, names));
  const ofWindows = steps.flatMap((step) =>
    step.kind === "window" || step.kind === "session window"
      ? [expressionText(present(step.time), names)]
      : []
  );
  return [...new Set(texts).difference(new Set(ofWindows))].sort();
}

/** What makes other rows of a row: joins with tables, and generators. */
function joinParts({ steps }: Pipeline, names: readonly string[], tables: TableColumns): string[] {
  return steps.flatMap((step) => {
    if (step.kind === "generate") return [`LATERAL VIEW ${generatorText(step, names)}`];
    if (step.kind !== "join") return [];
    return [`${step.type} JOIN ${step.table} ON ${joinTexts(step, names, tables).join(" AND ")}`];
  });
}

/** The name of a window or a computed column is its full definition, so that one with another is a different key. */
function definedNames(pipeline: Pipeline | Branch, input: readonly string[], tables: TableColumns): string[] {
  const names = pipelineNames(pipeline, input, tables);
  const computed = "stream" in pipeline ? pipeline.computed ?? [] : [];
  for (const { slot, expression } of computed) names[slot] = expressionText(expression, names);
  for (const step of pipeline.steps) {
    if (step.kind === "window") names[step.slot] = windowText(step, names);
    if (step.kind === "session window") names[step.slot] = sessionText(step, names);
    if (step.kind === "expand") {
      step.keySlots.forEach((slot, key) => names[slot] = expressionText(step.keys[key]!, names));
      names[step.idSlot] = setsText(step, names);
    }
  }
  return names;
}

function windowText(step: WindowStep, names: readonly string[]): string {
  const { time, sizeMicros, slideMicros, startMicros } = step;
  const durations = [sizeMicros];
  if (slideMicros !== sizeMicros || startMicros !== 0) durations.push(slideMicros);
  if (startMicros !== 0) durations.push(startMicros);
  return `window(${[expressionText(time, names), ...durations.map(durationText)].join(", ")})`;
}

function sessionText({ time, gapMicros, gap }: SessionStep, names: readonly string[]): string {
  const length = gap === undefined ? durationText(gapMicros) : expressionText(gap, names);
  return `session_window(${expressionText(time, names)}, ${length})`;
}

const UNITS: readonly (readonly [micros: number, name: string])[] = [
  [86_400_000_000, "day"],
  [3_600_000_000, "hour"],
  [60_000_000, "minute"],
  [1_000_000, "second"],
  [1_000, "millisecond"],
  [1, "microsecond"],
];

/** A duration in the largest unit that divides it, so that different durations have different texts. */
function durationText(micros: number): string {
  const [unit, name] = UNITS.find(([unit]) => micros % unit === 0)!;
  const count = micros / unit;
  return `${count} ${name}${Math.abs(count) === 1 ? "" : "s"}`;
}
