import { deepEqual, equal, ok } from "assert";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { explainPlan } from "../../../lib/sql/explain/explain.ts";
import { type PlanGraph, planGraph } from "../../../lib/sql/explain/plan_graph.ts";
import type { OutputMode, QueryPlan } from "../../../lib/sql/plan.ts";

const TABLES = { kinds: ["kind", "title"] };

function planOf(sql: string, outputMode: OutputMode, deduplicate?: readonly string[]): QueryPlan {
  const events = {
    columns: parseColumns("at TIMESTAMP, kind STRING, n INT", "events"),
    watermark: { column: "at", delayMs: 600_000 },
    ...(deduplicate === undefined ? {} : { deduplicate }),
  };
  const kinds = { columns: parseColumns("kind STRING, title STRING", "kinds") };
  const catalog = { streams: new Map([["events", events]]), tables: new Map([["kinds", kinds]]) };
  return analyzeQuery({ name: "q", timeZone: "UTC", catalog, sql, outputMode });
}

/** The names of the nodes that rows of a node pass on their way, to the end. */
function wayFrom(start: string, { nodes, edges }: PlanGraph): string[] {
  const names: string[] = [];
  for (let id: string | undefined = start; id !== undefined; id = edges.find(({ from }) => from === id)?.to) {
    names.push(nodes.find((node) => node.id === id)!.name);
  }
  return names;
}

Deno.test("The graph of a plan has the steps of a stream in their order, and its tables beside their joins", () => {
  const sql = `SELECT title, window(at, '10 minutes') AS w, count(*) AS n FROM events JOIN kinds USING (kind)
    WHERE n > 1 GROUP BY title, window(at, '10 minutes') HAVING count(*) > 2 ORDER BY n DESC LIMIT 5`;
  const graph = planGraph(planOf(sql, "complete"), { tables: TABLES, sink: "console" });
  const [stream] = graph.nodes;
  deepEqual(wayFrom(stream!.id, graph), [
    "Stream: events",
    "Filter",
    "Filter",
    "Watermark",
    "Join",
    "Window",
    "Aggregate",
    "Filter",
    "Sort",
    "Limit",
    "Project",
    "Sink: console",
  ]);
  const table = graph.nodes.find(({ name }) => name === "Table: kinds")!;
  deepEqual(wayFrom(table.id, graph).slice(0, 2), ["Table: kinds", "Join"]);
  const details = new Map(graph.nodes.map(({ name, detail }) => [name, detail]));
  equal(details.get("Sort"), "count(*) DESC NULLS LAST");
  equal(details.get("Join"), "INNER JOIN kinds on kind = kinds.kind");
  equal(details.get("Aggregate"), "count(*) by kinds.title, window");
});

Deno.test("From every node of a plan rows get to the sink, and nowhere else", () => {
  const plans = [
    planOf("SELECT kind FROM events WHERE n > 1 LIMIT 3", "append"),
    planOf("SELECT kind FROM events UNION ALL SELECT title FROM events JOIN kinds USING (kind)", "append"),
    planOf(
      "SELECT a.title FROM events JOIN kinds a ON events.kind = a.kind JOIN kinds b ON a.title = b.title",
      "append",
    ),
    planOf("SELECT count(*) FROM events", "update"),
    planOf("SELECT kind, max(n) FROM events GROUP BY kind, session_window(at, '1 minute')", "append", [
      "kind",
    ]),
  ];
  for (const plan of plans) {
    const graph = planGraph(plan, { tables: TABLES, sink: "none" });
    equal(new Set(graph.nodes.map(({ id }) => id)).size, graph.nodes.length);
    for (const { id } of graph.nodes) equal(wayFrom(id, graph).at(-1), "Sink: none");
    // Edges lead forward, so there is no circle.
    ok(graph.edges.every(({ from, to }) => Number(from) < Number(to)));
    const explained = explainPlan(plan, TABLES);
    for (const { name, detail } of graph.nodes) {
      if (name === "Filter" || name === "Join" || name === "Window") ok(explained.includes(detail), detail);
    }
  }
});
