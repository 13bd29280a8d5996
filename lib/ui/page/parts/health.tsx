/** How a query is, in a word and a color. */
import type { Health } from "../../../monitoring/view/query_view.ts";

const WORDS: Readonly<Record<Health, string>> = {
  starting: "Starting",
  running: "Running",
  behind: "Behind",
  failed: "Failed",
  ended: "Ended",
};

/** See the module's description. */
export function HealthBadge({ health }: { readonly health: Health }) {
  return <span class={`badge ${health}`}>{WORDS[health]}</span>;
}
