/**
 * A plan as a graph, for people to look at: a node for each thing that is done to rows, in the order of `explain.ts`,
 * and an edge for each way that rows take.
 */
import { formatDuration } from "../../base/text/duration.ts";
import { typeName } from "../../records/data_type.ts";
import { expressionText } from "../expressions/expression_text.ts";
import type { AggregatePlan, Branch, QueryPlan, RowStep } from "../plan.ts";
import { groupRowNames, slotNames, type TableColumns } from "../planning/slot_names.ts";
import { evictionText, sortText, stepText } from "./explain.ts";

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
export function planGraph(plan: QueryPlan, { tables, sink }: PlanGraphOptions): PlanGraph {
  const graph = new GraphBuilder();
  const ends = plan.branches.map((branch) => addBranch(branch, { graph, tables, plan }));
  const merged = plan.aggregate === undefined
    ? ends
    : [graph.chain(ends, aggregateNodes(plan, plan.aggregate, tables))];
  const last: NodeText[] = plan.rowsMax === undefined
    ? []
    : [{ name: "Limit", detail: `${plan.rowsMax}, across all batches` }];
  const columns = plan.output.map(({ name, type }) => `${name} ${typeName(type)}`).join(", ");
  graph.chain(merged, [...last, { name: `Sink: ${sink}`, detail: columns }]);
  return graph;
}

class GraphBuilder implements PlanGraph {
  readonly nodes: PlanNode[] = [];
  readonly edges: PlanEdge[] = [];

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

function addBranch(
  branch: Branch,
  { graph, tables, plan }: {
    readonly graph: GraphBuilder;
    readonly tables: TableColumns;
    readonly plan: QueryPlan;
  },
): string {
  const { stream, columns, early = [], watermark, deduplication, steps, output } = branch;
  const names = slotNames(branch, tables);
  const first: NodeText[] = [
    {
      name: `Stream: ${stream}`,
      detail: columns.map(({ name, type }) => `${name} ${typeName(type)}`).join(", "),
    },
    ...early.map((condition) => ({ name: "Filter", detail: expressionText(condition, names) })),
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
  let end = graph.chain([], first);
  for (const step of steps) {
    const from = step.kind === "join" ? [end, tableNode(step.table, { graph, tables })] : [end];
    end = graph.add(from, { name: stepName(step), detail: stepText(step, names, tables) });
  }
  return plan.aggregate !== undefined ? end : graph.add([end], {
    name: "Project",
    detail: output.map((expression) => expressionText(expression, names)).join(", "),
  });
}

/** The node of a static table, which several joins may read. */
function tableNode(
  table: string,
  { graph, tables }: { readonly graph: GraphBuilder; readonly tables: TableColumns },
): string {
  const name = `Table: ${table}`;
  return graph.nodes.find((node) => node.name === name)?.id ??
    graph.add([], { name, detail: (tables[table] ?? []).join(", ") });
}

function stepName({ kind }: RowStep): string {
  switch (kind) {
    case "filter":
      return "Filter";
    case "window":
      return "Window";
    case "session window":
      return "Session window";
    case "join":
      return "Join";
  }
}

function aggregateNodes(plan: QueryPlan, aggregate: AggregatePlan, tables: TableColumns): NodeText[] {
  const { keys, calls } = groupRowNames(aggregate, plan.branches[0]!, tables);
  const names = [...keys, ...calls];
  const { having, sort, limit, output } = plan.finish!;
  const group = keys.length === 0 ? "all rows as one group" : `by ${keys.join(", ")}`;
  const eviction = plan.outputMode === "complete" ? [] : [evictionText(keys, aggregate.eviction)];
  const nodes: NodeText[] = [
    {
      name: "Aggregate",
      detail: [`${[calls.join(", "), group].filter((text) => text !== "").join(" ")}`, ...eviction].join(
        "; ",
      ),
    },
  ];
  if (having !== undefined) nodes.push({ name: "Having", detail: expressionText(having, names) });
  if (sort.length > 0) nodes.push({ name: "Sort", detail: sortText(sort, names) });
  if (limit !== undefined) nodes.push({ name: "Limit", detail: String(limit) });
  nodes.push({
    name: "Project",
    detail: output.map((expression) => expressionText(expression, names)).join(", "),
  });
  return nodes;
}
