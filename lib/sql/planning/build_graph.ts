/** Builds the graph of a plan from its result up: what the rows of an operator come from stands before it. */
import type { Branch, Expression, OperatorPlan, QueryPlan, TableBranch, TablePlan, Target } from "../plan.ts";
import {
  AS_THEY_COME,
  attribute,
  type DraftAggregate,
  type DraftBranch,
  type DraftRows,
  type DraftTable,
  type RowsEnd,
} from "../expressions/scope.ts";
import { drawsSeeds } from "../expressions/calls/random_seeds.ts";
import { eachSlotOf } from "../expressions/slots.ts";
import { eventKeysOf, sessionKeyOf, windowKeysOf } from "./event_keys.ts";
import type { JoinDraft } from "./joins/join_conditions.ts";
import { planJoin } from "./joins/plan_join.ts";
import { layOutBranch, layOutSelect, layOutTable } from "./layout.ts";
import { pushBelow, pushDown } from "./conditions/push_down.ts";

/** The graph of a plan. */
export type Graph = Pick<QueryPlan, "branches" | "operators">;

/** The graph whose result has the rows of drafts. @param check Checks the expressions of each draft. */
export function buildGraph(
  result: readonly DraftRows[],
  end: RowsEnd,
  check: (expressions: readonly Expression[]) => void,
): Graph {
  const builder = new GraphBuilder(check);
  builder.addAll(result, end);
  return builder;
}

/** The same of rows that come from static tables alone. */
export function buildTableGraph(
  result: readonly DraftRows[],
  end: RowsEnd,
  check: (expressions: readonly Expression[]) => void,
): Pick<TablePlan, "branches" | "operators"> {
  const builder = new GraphBuilder(check);
  builder.addAll(result, end);
  return { branches: builder.tableBranches, operators: builder.operators };
}

/** Something whose rows have to go somewhere: to the result, if nothing else. */
interface OpenEnd {
  to?: Target;
}

class GraphBuilder implements Graph {
  readonly branches: (Branch & OpenEnd)[] = [];
  readonly tableBranches: (TableBranch & OpenEnd)[] = [];
  readonly operators: (OperatorPlan & OpenEnd)[] = [];
  readonly #check: (expressions: readonly Expression[]) => void;

  constructor(check: (expressions: readonly Expression[]) => void) {
    this.#check = check;
  }

  /** Adds what gives the rows of drafts. */
  addAll(rows: readonly DraftRows[], end: RowsEnd): OpenEnd[] {
    const ends = rows.map((each) => this.#add(each, end));
    if (end.rowsMax === undefined) return ends;
    return [this.#addOperator(ends, { kind: "limit", rowsMax: end.rowsMax })];
  }

  #add(rows: DraftRows, end: RowsEnd): OpenEnd {
    const { draft, output } = rows;
    const { input } = draft;
    const { sort, limit, offset } = end;
    if (input.kind === "stream join") {
      return this.#addJoin({ draft: { ...draft, input }, output }, { sort, limit });
    }
    if (input.kind === "table") return this.#addTable(rows, input, end);
    const pushed = pushDown(draft);
    if (input.kind === "stream") {
      this.#check([...output, ...conditionsOf(draft)]);
      return this.#addBranch(layOutBranch(rows, input, pushed));
    }
    const columns = new Map([...draft.attributes].map(([column, id]) => [id, column]));
    if (input.kind === "aggregate") pushBelow(input, columns, pushed);
    const ends = input.kind === "aggregate" ? [this.#addAggregate(input)] : this.addAll(input.from, input);
    this.#check([...output, ...conditionsOf(draft), ...sort.map(({ expression }) => expression)]);
    const select = layOutSelect(rows, { steps: pushed.steps, sort });
    return this.#addOperator(ends, {
      kind: "select",
      select: {
        ...select,
        ...cut({ limit, offset }),
        ...(input.kind === "aggregate" && drawsSeeds(select.steps) ? { uniqueSlots: input.keys.length } : {}),
      },
    });
  }

  /** Adds a branch over a static table, and what sorts and limits its rows. */
  #addTable(rows: DraftRows, input: DraftTable, { sort, limit, offset }: RowsEnd): OpenEnd {
    const { draft, output } = rows;
    const read = [...output, ...sort.map(({ expression }) => expression)];
    this.#check([...read, ...conditionsOf(draft)]);
    if (sort.length === 0 && limit === undefined && offset === undefined) {
      return this.#addTableBranch(layOutTable(rows, input));
    }
    const values = new Map<number, Expression>();
    for (const expression of read) {
      eachSlotOf(expression, ({ slot, type }) => values.set(slot, attribute(slot, type)));
    }
    const branch = this.#addTableBranch(layOutTable({ draft, output: [...values.values()] }, input));
    const select = layOutSelect({ draft: { ...draft, steps: [] }, output }, {
      steps: [],
      sort,
      inputs: [...values.keys()],
    });
    return this.#addOperator([branch], { kind: "select", select: { ...select, ...cut({ limit, offset }) } });
  }

  #addTableBranch(branch: TableBranch): OpenEnd {
    this.tableBranches.push(branch);
    return branch;
  }

  /** Adds a join of streams, and the SELECT over its rows. */
  #addJoin(
    rows: DraftRows & { readonly draft: JoinDraft },
    { sort, limit }: Pick<RowsEnd, "sort" | "limit">,
  ): OpenEnd {
    const { draft, output } = rows;
    const read = [...output, ...sort.map(({ expression }) => expression)];
    const { plan, inputs, attributes, steps } = planJoin(draft, read);
    this.#check([...read, ...conditionsOf(draft), ...draft.input.on]);
    const ends = inputs.map((side) => this.addAll(side, AS_THEY_COME));
    const operator = this.operators.length;
    ends.forEach((side, port) => side.forEach((end) => end.to = { operator, port }));
    const join = this.#addOperator([], { kind: "stream join", join: plan });
    return this.#addOperator([join], {
      kind: "select",
      select: {
        ...layOutSelect(rows, { steps, sort, inputs: attributes }),
        ...(limit === undefined ? {} : { limit }),
      },
    });
  }

  /** Adds an operator over the rows of others. */
  #addOperator(from: readonly OpenEnd[], operator: OperatorPlan): OpenEnd {
    for (const end of from) end.to = { operator: this.operators.length, port: 0 };
    this.operators.push(operator);
    return operator;
  }

  #addBranch(branch: Branch): OpenEnd {
    this.branches.push(branch);
    const { deduplication, watermark } = branch;
    if (deduplication === undefined) return branch;
    const { keyTypes } = deduplication;
    return this.#addOperator([branch], { kind: "deduplicate", keyTypes, delayMs: watermark!.delayMs });
  }

  #addAggregate({ from, keys, calls }: DraftAggregate): OpenEnd {
    const ends = this.addAll(from, AS_THEY_COME);
    const [eviction] = eventKeysOf(from, keys.length);
    const sessionKey = sessionKeyOf(from, keys.length);
    const windows = windowKeysOf(from, keys.length);
    return this.#addOperator(ends, {
      kind: "aggregate",
      aggregate: {
        keys,
        ...(windows.length === 0 ? {} : { windows }),
        calls,
        ...(eviction === undefined ? {} : { eviction }),
        ...(sessionKey === undefined ? {} : { sessionKey }),
      },
    });
  }
}

/** LIMIT and OFFSET of a SELECT, as far as there are any. */
function cut({ limit, offset }: Pick<RowsEnd, "limit" | "offset">): { limit?: number; offset?: number } {
  return { ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
}

/** The conditions of the filters of a draft. */
function conditionsOf({ steps }: DraftBranch): Expression[] {
  return steps.flatMap((step) => step.kind === "filter" ? [step.condition] : []);
}
