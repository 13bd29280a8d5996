/**
 * Places the nodes of a plan: each one a row below all that it reads from, and beside the others of its row. Plans are
 * small, mostly a chain, so this is all that a picture needs.
 */
import type { PlanGraph } from "../../../sql/explain/plan_graph.ts";

/** A node in its place, in pixels. */
export interface PlacedNode {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
}

/** A line from below one node to above another. */
export interface PlacedEdge {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

/** The picture of a plan. */
export interface PlanLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** The size of a node. */
export const NODE = { width: 300, height: 50 } as const;
const GAP = { x: 24, y: 24 } as const;
/** Room for the border of a node. */
const MARGIN = 1;

/** Places a plan. An edge that leads to an unknown node, or back to where it came from, is left out. */
export function layoutOf({ nodes, edges }: PlanGraph): PlanLayout {
  const ids = new Set(nodes.map(({ id }) => id));
  const known = edges.filter(({ from, to }) => ids.has(from) && ids.has(to) && from !== to);
  const rowOf = rows(nodes.map(({ id }) => id), known);
  const sizes: number[] = [];
  for (const { id } of nodes) sizes[rowOf.get(id)!] = (sizes[rowOf.get(id)!] ?? 0) + 1;
  const most = Math.max(1, ...sizes.map((size) => size ?? 0));
  const rowWidth = (size: number) => size * NODE.width + (size - 1) * GAP.x;
  const taken: number[] = [];
  const placed = nodes.map((node): PlacedNode => {
    const row = rowOf.get(node.id)!;
    const column = taken[row] ?? 0;
    taken[row] = column + 1;
    const indent = (rowWidth(most) - rowWidth(sizes[row]!)) / 2;
    return {
      ...node,
      x: MARGIN + indent + column * (NODE.width + GAP.x),
      y: MARGIN + row * (NODE.height + GAP.y),
    };
  });
  const byId = new Map(placed.map((node) => [node.id, node]));
  return {
    width: rowWidth(most) + 2 * MARGIN,
    height: Math.max(1, sizes.length) * (NODE.height + GAP.y) - GAP.y + 2 * MARGIN,
    nodes: placed,
    edges: known.filter(({ from, to }) => rowOf.get(from)! < rowOf.get(to)!).map(({ from, to }) => {
      const [source, target] = [byId.get(from)!, byId.get(to)!];
      return {
        from: { x: source.x + NODE.width / 2, y: source.y + NODE.height },
        to: { x: target.x + NODE.width / 2, y: target.y },
      };
    }),
  };
}

/** The row of each node. In a circle, which no plan has, rows would grow without end: they stop at the last one. */
function rows(ids: readonly string[], edges: PlanGraph["edges"]): ReadonlyMap<string, number> {
  const rowOf = new Map(ids.map((id) => [id, 0]));
  for (let round = 1; round < ids.length; round++) {
    for (const { from, to } of edges) {
      rowOf.set(to, Math.min(ids.length - 1, Math.max(rowOf.get(to)!, rowOf.get(from)! + 1)));
    }
  }
  return rowOf;
}
