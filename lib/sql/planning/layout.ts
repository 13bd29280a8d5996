/**
 * Assigns slots to the attributes of a finished draft: the columns of its input first, then computed ones, then those of
 * joined tables, then windows. Of a stream, unused columns get no slot, so only those that a plan needs are decoded; the
 * rows of an operator come as they are.
 */
import { readColumn } from "../expressions/stream_columns.ts";
import type {
  Branch,
  Deduplication,
  Expression,
  Pipeline,
  RowStep,
  SelectPlan,
  SortKey,
  TableBranch,
} from "../plan.ts";
import {
  addedBy,
  type DraftRows,
  type DraftStep,
  type DraftStream,
  type DraftTable,
} from "../expressions/scope.ts";
import { mapSlots } from "../expressions/slots.ts";
import type { PushedDown } from "./conditions/push_down.ts";

/** The branch of rows of a stream. `output` is over attributes. */
export function layOutBranch(
  { draft, output }: DraftRows,
  input: DraftStream,
  { early, steps }: PushedDown,
): Branch {
  const { stream, source } = input;
  const deduplicated = deduplicationColumns(draft, input);
  const used = [...draft.attributes].sort(([left], [right]) => left - right);
  const computed = [...input.computed];
  const first = [...used.map(([, id]) => id), ...computed.map(([, { attribute }]) => attribute)];
  const layout = new Layout(first, draft.steps);
  for (const [column, id] of input.unmarked) layout.alias(id, draft.attributes.get(column)!);
  const { eventTime } = draft;
  return {
    stream,
    columns: used.map(([column]) => readColumn(source.columns[column]!)),
    ...(early.length === 0 ? {} : { early: early.map(layout.place) }),
    ...(computed.length === 0 ? {} : {
      computed: computed.map(([column, { attribute, expression }]) => ({
        slot: layout.slotOf(attribute),
        name: source.columns[column]!.name,
        expression: layout.place(expression),
      })),
    }),
    ...layout.pipeline(steps, output),
    ...(eventTime === undefined ? {} : {
      watermark: { slot: layout.slotOf(eventTime.attribute), ...source.watermark! },
    }),
    ...(deduplicated.length === 0 ? {} : {
      deduplication: {
        keys: deduplicated.map((column) =>
          layout.slotOf(input.computed.get(column)?.attribute ?? draft.attributes.get(column)!)
        ),
        keyTypes: deduplicated.map((column) => source.columns[column]!.type),
      } satisfies Deduplication,
    }),
  };
}

/** The branch of rows of a static table. */
export function layOutTable({ draft, output }: DraftRows, { table }: DraftTable): TableBranch {
  const used = [...draft.attributes].sort(([left], [right]) => left - right);
  const layout = new Layout(used.map(([, id]) => id), draft.steps);
  return {
    ...(table === undefined ? {} : { table }),
    columns: used.map(([column]) => column),
    ...layout.pipeline(draft.steps, output),
  };
}

/** What a SELECT does with the rows of an operator, besides its output. */
export interface SelectLayout {
  readonly steps: readonly DraftStep[];
  readonly sort: readonly SortKey[];
  /** The attributes of the rows, in order; by default those of the columns of the draft. */
  readonly inputs?: readonly (number | undefined)[];
}

/** A SELECT over the rows of an operator. */
export function layOutSelect(
  { draft, output }: DraftRows,
  { steps, sort, inputs }: SelectLayout,
): SelectPlan {
  const inOrder = [...draft.attributes].sort(([left], [right]) => left - right);
  const layout = new Layout(inputs ?? inOrder.map(([, id]) => id), draft.steps);
  return {
    ...layout.pipeline(steps, output),
    sort: sort.map((key) => ({ ...key, expression: layout.place(key.expression) })),
  };
}

/** The columns to drop duplicates by; they are read even if the query does not use them. */
function deduplicationColumns(
  { attributes }: DraftRows["draft"],
  { source, computed }: DraftStream,
): number[] {
  return (source.deduplicate ?? []).map((name) => {
    const column = source.columns.findIndex((known) => known.name === name);
    // Attributes have no negative numbers.
    if (!computed.has(column) && !attributes.has(column)) attributes.set(column, -1 - column);
    return column;
  });
}

/** Slots by attribute. */
class Layout {
  readonly #slots = new Map<number, number>();
  readonly #aliases = new Map<number, number>();

  constructor(inputs: readonly (number | undefined)[], steps: readonly DraftStep[]) {
    inputs.forEach((id, slot) => this.#slots.set(id ?? -1 - slot, slot));
    for (const id of steps.flatMap(addedBy)) this.#slots.set(id, this.#slots.size);
  }

  /** Another attribute with the same value. */
  alias(id: number, other: number): void {
    this.#aliases.set(id, other);
  }

  slotOf(id: number): number {
    return this.#slots.get(this.#aliases.get(id) ?? id)!;
  }

  readonly place = (expression: Expression): Expression => mapSlots(expression, (id) => this.slotOf(id));

  pipeline(steps: readonly DraftStep[], output: readonly Expression[]): Pipeline {
    return {
      width: this.#slots.size,
      steps: steps.map((step) => this.#step(step)),
      output: output.map(this.place),
    };
  }

  #step(step: DraftStep): RowStep {
    switch (step.kind) {
      case "filter":
        return { kind: "filter", condition: this.place(step.condition) };
      case "window":
        return { ...step, time: this.place(step.time), slot: this.slotOf(step.slot) };
      case "session window": {
        const gap = step.gap === undefined ? {} : { gap: this.place(step.gap) };
        return { ...step, time: this.place(step.time), ...gap, slot: this.slotOf(step.slot) };
      }
      case "expand": {
        const of = (id: number) => this.slotOf(id);
        const index = step.indexSlot === undefined ? {} : { indexSlot: of(step.indexSlot) };
        return {
          ...step,
          keys: step.keys.map(this.place),
          keySlots: step.keySlots.map(of),
          idSlot: of(step.idSlot),
          ...index,
        };
      }
      case "generate": {
        const { generator, slots } = step;
        return {
          kind: "generate",
          generator: { ...generator, args: generator.args.map(this.place) },
          slots: slots.map((id) => this.slotOf(id)),
        };
      }
      case "random":
        return { ...step, slot: this.slotOf(step.slot) };
      case "join": {
        const columns = [...step.attributes.keys()];
        const first = [...step.attributes.values()][0];
        return {
          kind: "join",
          type: step.type,
          table: step.table,
          rowKeys: step.rowKeys.map(this.place),
          tableKeys: step.tableKeys,
          columns,
          firstSlot: first === undefined ? 0 : this.slotOf(first),
          ...(step.condition === undefined ? {} : { condition: this.place(step.condition) }),
          ...(step.nullSafe === undefined ? {} : { nullSafe: step.nullSafe }),
          ...(step.isNullAware === undefined ? {} : { isNullAware: step.isNullAware }),
          ...(step.matchSlot === undefined ? {} : { matchSlot: this.slotOf(step.matchSlot) }),
          ...(step.isEarly === undefined ? {} : { isEarly: step.isEarly }),
        };
      }
    }
  }
}
