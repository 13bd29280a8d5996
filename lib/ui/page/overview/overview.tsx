/** All queries at a glance: how each of them is, and what it has found. */
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { QueryPanel } from "./query_panel.tsx";
import { QueryTile } from "./query_tile.tsx";

/** See the module's description. */
export function Overview({ queries }: { readonly queries: readonly QueryView[] }) {
  return (
    <main class="overview">
      <h2 class="unseen">Overview</h2>
      <ul class="tiles" aria-label="Queries" tabIndex={0}>
        {queries.map((query) => <QueryTile key={query.name} query={query} />)}
      </ul>
      <div class="panels">
        {queries.map((query) => <QueryPanel key={query.name} query={query} />)}
      </div>
    </main>
  );
}
