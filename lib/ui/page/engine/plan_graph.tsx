/** The plan of a query as a graph, from its sources down, and its SQL. */
import type { PlanGraph } from "../../../sql/explain/plan_graph.ts";
import { Panel } from "../parts/panel.tsx";
import { layoutOf, NODE } from "./plan_layout.ts";

const PADDING = 12;
/** What of a detail fits in a node; all of it is shown when the pointer is on it. */
const DETAIL_LENGTH_MAX = 44;
const NAME_LENGTH_MAX = 36;

/** See the module's description. */
export function PlanGraphCard({ plan, sql }: { readonly plan: PlanGraph; readonly sql: string }) {
  const { width, height, nodes, edges } = layoutOf(plan);
  const description = nodes.map(({ name, detail }) => detail === "" ? name : `${name}: ${detail}`).join("; ");
  return (
    <Panel title="Plan" isWide>
      <div class="plan">
        <div class="scroll" tabIndex={0} role="region" aria-label="Graph of the plan">
          <svg
            class="graph"
            width={width}
            height={height}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={description}
          >
            {edges.map(({ from, to }, index) => {
              const middle = (from.y + to.y) / 2;
              return (
                <path
                  key={index}
                  d={`M${from.x},${from.y} C${from.x},${middle} ${to.x},${middle} ${to.x},${to.y - 5}`}
                />
              );
            })}
            {edges.map(({ to }, index) => (
              <path
                key={index}
                class="arrow"
                d={`M${to.x - 4},${to.y - 7} L${to.x},${to.y} L${to.x + 4},${to.y - 7} Z`}
              />
            ))}
            {nodes.map(({ id, name, detail, x, y }) => (
              <g key={id} transform={`translate(${x},${y})`}>
                <title>{detail === "" ? name : `${name}\n${detail}`}</title>
                <rect width={NODE.width} height={NODE.height} rx="6" />
                <text class="name" x={PADDING} y={detail === "" ? 30 : 21}>{cut(name, NAME_LENGTH_MAX)}</text>
                {detail !== "" && (
                  <text class="detail" x={PADDING} y="39">{cut(detail, DETAIL_LENGTH_MAX)}</text>
                )}
              </g>
            ))}
          </svg>
        </div>
        <pre class="sql" tabIndex={0} role="region" aria-label="SQL of the query"><code>{sql}</code></pre>
      </div>
    </Panel>
  );
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
