import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { layoutOf, NODE } from "../../../../lib/ui/page/engine/plan_layout.ts";
import { hashOf, routeOf, TABS } from "../../../../lib/ui/page/data/route.ts";

/** Plans: an edge leads from a node to a later one. */
const plans = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 20 }).map((pairs) => ({
    nodes: Array.from({ length: count }, (_, id) => ({ id: String(id), name: `node ${id}`, detail: "" })),
    edges: pairs.filter(([from, to]) => from < to).map(([from, to]) => ({
      from: String(from),
      to: String(to),
    })),
  }))
);

Deno.test("Nodes of a plan do not overlap, are inside of the picture, and each is below what it reads from", () => {
  fc.assert(fc.property(plans, (plan) => {
    const { nodes, edges, width, height } = layoutOf(plan);
    equal(nodes.length, plan.nodes.length);
    for (const [index, { x, y }] of nodes.entries()) {
      ok(x >= 0 && y >= 0 && x + NODE.width <= width && y + NODE.height <= height);
      for (const other of nodes.slice(index + 1)) {
        ok(Math.abs(other.x - x) >= NODE.width || Math.abs(other.y - y) >= NODE.height);
      }
    }
    equal(edges.length, plan.edges.length);
    for (const { from, to } of edges) ok(from.y < to.y);
  }));
});

Deno.test("An edge to an unknown node, and a circle, are left out", () => {
  const nodes = ["a", "b"].map((id) => ({ id, name: id, detail: "" }));
  const edges = [["a", "b"], ["b", "a"], ["a", "a"], ["a", "x"]].map(([from, to]) => ({
    from: from!,
    to: to!,
  }));
  ok(layoutOf({ nodes, edges }).edges.length <= 1);
  deepEqual(layoutOf({ nodes: [], edges: [] }).nodes, []);
});

Deno.test("The address of a place leads back to it, whatever the name of the query", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.constantFrom(...TABS), (query, tab) => {
      deepEqual(routeOf(hashOf({ query, tab })), { query, tab });
    }),
  );
  deepEqual(routeOf(""), { query: null, tab: "results" });
  deepEqual(routeOf("#/x/nonsense"), { query: "x", tab: "results" });
  deepEqual(routeOf("#/%E0%A4%A/engine"), { query: null, tab: "engine" });
});
