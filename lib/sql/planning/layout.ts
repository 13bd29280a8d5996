/**
 * Assigns slots to the attributes of a finished draft: the columns of the stream first, in schema order, then
 * those of joined tables, then windows. Unused attributes get no slot, so only the columns that a plan needs
 * are decoded.
 */
import type { Branch, Expression, RowStep } from "../plan.ts";
import { pushDown } from "./push_down.ts";
import type { DraftBranch, DraftStep } from "../expressions/scope.ts";
import { mapSlots } from "../expressions/slots.ts";

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
  const { early, steps } = pushDown(draft);
  return {
    stream: draft.stream,
    columns: used.map(([column]) => {
      const { field, type } = draft.source.columns[column]!;
      return { name: field, type };
    }),
    width: slots.size,
    ...(early.length === 0 ? {} : { early: early.map(place) }),
    steps: steps.map((step) => layOutStep(step, slots, place)),
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

/** The columns to drop duplicates by; they are read even if the query does not use them. */
function deduplicationColumns({ source, attributes }: DraftBranch): number[] {
  return (source.deduplicate ?? []).map((name) => {
    const column = source.columns.findIndex((known) => known.name === name);
    // Attributes have no negative numbers.
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
      return { ...step, time: place(step.time), slot: slots.get(step.slot)! };
    case "session window": {
      const gap = step.gap === undefined ? {} : { gap: place(step.gap) };
      return { ...step, time: place(step.time), ...gap, slot: slots.get(step.slot)! };
    }
    case "join": {
      const columns = [...step.attributes.keys()];
      const first = [...step.attributes.values()][0];
      return {
        kind: "join",
        type: step.type,
        table: step.table,
        rowKeys: step.rowKeys.map(place),
        tableKeys: step.tableKeys,
        columns,
        firstSlot: first === undefined ? 0 : slots.get(first)!,
        ...(step.condition === undefined ? {} : { condition: place(step.condition) }),
      };
    }
  }
}
