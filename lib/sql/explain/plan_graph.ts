/**
 * A plan as a graph, for people to look at: a node for each thing that is done to rows, in the order of `explain.ts`,
 * and an edge for each way that rows take.
 */
import { formatDuration } from "../../base/text/duration.ts";
import { typeName } from "../../records/data_type.ts";
import { expressionText } from "../expressions/naming/expression_text.ts";
import type {
  AggregatePlan,
  Branch,
  Expression,
  OperatorPlan,
  Pipeline,
  QueryPlan,
  RowSource,
  RowStep,
  SelectPlan,
} from "../plan.ts";
import { isGrouped, isJoined } from "../planning/plan_sources.ts";
import {
  groupRowNames,
  inputNames,
  pipelineNames,
  slotNames,
  type TableColumns,
  tablesOf,
} from "../planning/slot_names.ts";
import { evictionText, sortText, stepText, streamJoinNotes, streamJoinText } from "./explain.ts";

/** A node: what is done, and with what. */
export interface PlanNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly name: string;
  readonly detail: string;
}

/** Rows go from `from` to `to`. */
export interface PlanEdge {
  readonly from: string;
  readonly to: string;
}

/** See the module's description. */
export interface PlanGraph {
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
}

/** What the graph of a plan needs in addition. */
export interface PlanGraphOptions {
  readonly tables: TableColumns;
  /** Where the rows go, for people. */
  readonly sink: string;
}

type NodeText = Omit<PlanNode, "id">;

/** The graph of a plan. It has one node without an edge to another: the sink. */
export function planGraph(plan: QueryPlan, { tables: declared, sink }: PlanGraphOptions): PlanGraph {
  const tables = tablesOf(plan, declared);
  const graph = new GraphBuilder(new Map((plan.tables ?? []).map(({ name, text }) => [name, text])));
  // The last nodes of what goes to each operator, and to the sink.
  const ends: string[][] = plan.operators.map(() => []);
  const last: string[] = [];
  const open = ({ to }: RowSource) => to === undefined ? last : ends[to.operator]!;
  for (const branch of plan.branches) open(branch).push(addBranch(branch, { graph, tables, plan }));
  plan.operators.forEach((operator, index) => {
    const names = inputNames(plan, index, tables);
    open(operator).push(addOperator(operator, { graph, tables, plan, names, from: ends[index]! }));
  });
  const columns = plan.output.map(({ name, type }) => `${name} ${typeName(type)}`).join(", ");
  graph.add(last, { name: `Sink: ${sink}`, detail: columns });
  const { nodes, edges } = graph;
  return { nodes, edges };
}

/** Adds the nodes of an operator; returns the id of the last one. */
function addOperator(
  operator: OperatorPlan,
  { graph, tables, plan, names, from }: GraphContext & {
    readonly names: readonly string[];
    readonly from: readonly string[];
  },
): string {
  switch (operator.kind) {
    case "deduplicate":
      // The branch says by what.
      return from[0]!;
    case "aggregate":
      return graph.add(from, aggregateNode(plan, operator.aggregate, names));
    case "stream join":
      return graph.add(from, {
        name: "Join of streams",
        detail: [streamJoinText(operator.join, names), ...streamJoinNotes(operator.join, names)].join("; "),
      });
    case "select":
      return addSelect(operator.select, { graph, tables, names, from });
    case "limit":
      return graph.add(from, { name: "Limit", detail: `${operator.rowsMax}, across all batches` });
  }
}

function addSelect(
  select: SelectPlan,
  { graph, tables, names: input, from }: Omit<GraphContext, "plan"> & {
    readonly names: readonly string[];
    readonly from: readonly string[];
  },
): string {
  const { sort, limit, output } = select;
  const names = pipelineNames(select, input, tables);
  const end = addSteps(select, { graph, tables, names, from });
  const nodes: NodeText[] = [];
  if (sort.length > 0) nodes.push({ name: "Sort", detail: sortText(sort, names) });
  if (limit !== undefined) nodes.push({ name: "Limit", detail: String(limit) });
  return graph.chain(end, [...nodes, projectNode(output, names)]);
}

/** Adds the steps of rows; returns the ids of the last nodes. */
function addSteps(
  { steps }: Pipeline,
  { graph, tables, names, from }: Omit<GraphContext, "plan"> & {
    readonly names: readonly string[];
    readonly from: readonly string[];
  },
): readonly string[] {
  let ends = from;
  for (const step of steps) {
    const all = step.kind === "join" ? [...ends, tableNode(step.table, { graph, tables })] : ends;
    ends = [graph.add(all, { name: stepName(step), detail: stepText(step, names, tables) })];
  }
  return ends;
}

function projectNode(output: readonly Expression[], names: readonly string[]): NodeText {
  return {
    name: "Project",
    detail: output.map((expression) => expressionText(expression, names)).join(", "),
  };
}

interface GraphContext {
  readonly graph: GraphBuilder;
  readonly tables: TableColumns;
  readonly plan: QueryPlan;
}

class GraphBuilder {
  readonly nodes: PlanNode[] = [];
  readonly edges: PlanEdge[] = [];
  /** The queries that tables are, by name. */
  readonly subqueries: ReadonlyMap<string, string>;

  constructor(subqueries: ReadonlyMap<string, string>) {
    this.subqueries = subqueries;
  }

  /** Adds a node whose rows come from others; returns its id. */
  add(from: readonly string[], node: NodeText): string {
    const id = String(this.nodes.length);
    this.nodes.push({ id, ...node });
    for (const source of from) this.edges.push({ from: source, to: id });
    return id;
  }

  /** Adds nodes one after the other; returns the id of the last one. */
  chain(from: readonly string[], nodes: readonly NodeText[]): string {
    return nodes.reduce<readonly string[]>((ends, node) => [this.add(ends, node)], from)[0]!;
  }
}

function addBranch(branch: Branch, { graph, tables, plan }: GraphContext): string {
  const { stream, columns, early = [], computed = [], watermark, deduplication, output } = branch;
  const names = slotNames(branch, tables);
  const first: NodeText[] = [
    {
      name: `Stream: ${stream}`,
      detail: columns.map(({ name, type }) => `${name} ${typeName(type)}`).join(", "),
    },
    ...early.map((condition) => ({ name: "Filter", detail: expressionText(condition, names) })),
    ...computed.map(({ name, expression }) => ({
      name: "Compute",
      detail: `${name} = ${expressionText(expression, names)}`,
    })),
  ];
  if (watermark !== undefined) {
    first.push({
      name: "Watermark",
      detail: `${watermark.column}, delay ${formatDuration(watermark.delayMs)}`,
    });
  }
  if (deduplication !== undefined) {
    first.push({ name: "Deduplicate", detail: deduplication.keys.map((slot) => names[slot]).join(", ") });
  }
  const ends = addSteps(branch, { graph, tables, names, from: [graph.chain([], first)] });
  return isGrouped(plan, branch) || isJoined(plan, branch)
    ? ends[0]!
    : graph.add(ends, projectNode(output, names));
}

/** The node of a static table, which several joins may read. */
function tableNode(
  table: string,
  { graph, tables }: { readonly graph: GraphBuilder; readonly tables: TableColumns },
): string {
  const name = `Table: ${table}`;
  return graph.nodes.find((node) => node.name === name)?.id ??
    graph.add([], { name, detail: graph.subqueries.get(table) ?? (tables[table] ?? []).join(", ") });
}

function stepName({ kind }: RowStep): string {
  switch (kind) {
    case "filter":
      return "Filter";
    case "window":
      return "Window";
    case "session window":
      return "Session window";
    case "expand":
      return "Expand";
    case "generate":
      return "Generate";
    case "random":
      return "Random seed";
    case "join":
      return "Join";
  }
}

function aggregateNode(
  { outputMode }: QueryPlan,
  aggregate: AggregatePlan,
  input: readonly string[],
): NodeText {
  const { keys, calls } = groupRowNames(aggregate, input);
  const group = keys.length === 0 ? "all rows as one group" : `by ${keys.join(", ")}`;
  const eviction = outputMode === "complete" ? [] : [evictionText(keys, aggregate.eviction)];
  const what = [calls.join(", "), group].filter((text) => text !== "").join(" ");
  return { name: "Aggregate", detail: [what, ...eviction].join("; ") };
}
