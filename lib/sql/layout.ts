/**
 * Gives the attributes of a finished draft their slots: the stream's columns first, in the order of its
 * schema, then those of joined tables, then windows. Attributes that nothing uses get none, so only what a
 * plan needs is decoded.
 */
import type { Branch, Expression, JoinStep, RowStep } from "./plan.ts";
import type { DraftBranch, DraftStep } from "./scope.ts";

/** The branch of a draft. `output` is over attributes. */
export function layOut(draft: DraftBranch, output: readonly Expression[]): Branch {
  const slots = new Map<number, number>();
  const deduplicated = deduplicationColumns(draft);
  const used = [...draft.attributes].sort(([left], [right]) => left - right);
  for (const [, id] of used) slots.set(id, slots.size);
  for (const step of draft.steps) {
    if (step.kind === "join") { for (const id of step.attributes.values()) slots.set(id, slots.size); }
    if (step.kind === "window" || step.kind === "session window") slots.set(step.slot, slots.size);
  }
  const place = (expression: Expression) => mapSlots(expression, (id) => slots.get(id)!);
  return {
    stream: draft.stream,
    columns: used.map(([column]) => {
      const { field, type } = draft.source.columns[column]!;
      return { name: field, type };
    }),
    width: slots.size,
    steps: draft.steps.map((step) => layOutStep(step, slots, place)),
    ...(draft.watermark === undefined ? {} : {
      watermark: {
        slot: slots.get(draft.watermark.attribute)!,
        column: draft.watermark.column,
        delayMs: draft.watermark.delayMs,
      },
    }),
    ...(deduplicated.length === 0 ? {} : {
      deduplication: {
        keys: deduplicated.map((column) => slots.get(draft.attributes.get(column)!)!),
        keyTypes: deduplicated.map((column) => draft.source.columns[column]!.type),
      },
    }),
    output: output.map(place),
  };
}

/** The columns by which rows count once; they are read also where the query itself does not use them. */
function deduplicationColumns({ source, attributes }: DraftBranch): number[] {
  return (source.deduplicate ?? []).map((name) => {
    const column = source.columns.findIndex((known) => known.name === name);
    // No attribute has a negative number.
    if (!attributes.has(column)) attributes.set(column, -1 - column);
    return column;
  });
}

function layOutStep(
  step: DraftStep,
  slots: ReadonlyMap<number, number>,
  place: (expression: Expression) => Expression,
): RowStep {
  switch (step.kind) {
    case "filter":
      return { kind: "filter", condition: place(step.condition) };
    case "window":
    case "session window":
      return { ...step, time: place(step.time), slot: slots.get(step.slot)! };
    case "join": {
      const columns = [...step.attributes.keys()];
      const first = [...step.attributes.values()][0];
      const join: JoinStep = {
        kind: "join",
        type: step.type,
        table: step.table,
        rowKeys: step.rowKeys.map(place),
        tableKeys: step.tableKeys,
        columns,
        firstSlot: first === undefined ? 0 : slots.get(first)!,
        ...(step.condition === undefined ? {} : { condition: place(step.condition) }),
      };
      return join;
    }
  }
}

/** The expression with every slot's number replaced. */
export function mapSlots(expression: Expression, map: (slot: number) => number): Expression {
  const inner = (child: Expression) => mapSlots(child, map);
  switch (expression.kind) {
    case "slot":
      return { ...expression, slot: map(expression.slot) };
    case "literal":
      return expression;
    case "call":
      return { ...expression, args: expression.args.map(inner) };
    case "cast":
    case "field":
      return { ...expression, argument: inner(expression.argument) };
    case "case":
      return {
        ...expression,
        whens: expression.whens.map(({ condition, result }) => ({
          condition: inner(condition),
          result: inner(result),
        })),
        otherwise: inner(expression.otherwise),
      };
  }
}

/** Calls `visit` with every slot that an expression reads. */
export function eachSlot(expression: Expression, visit: (slot: number) => void): void {
  mapSlots(expression, (slot) => {
    visit(slot);
    return slot;
  });
}
