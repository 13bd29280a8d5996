/** Where in the page the reader is: in the hash of its address, so that it can be linked to, and gone back from. */

/** The parts of a query's page. */
export const TABS = ["results", "engine"] as const;

/** See {@link TABS}. */
export type Tab = typeof TABS[number];

/** A place in the page; the query is null for the overview. */
export interface Route {
  readonly query: string | null;
  readonly tab: Tab;
}

/** The place that a hash names. */
export function routeOf(hash: string): Route {
  const [, query = "", tab = ""] = /^#\/([^/]*)(?:\/([^/]*))?$/.exec(hash) ?? [];
  return {
    query: query === "" ? null : decoded(query),
    tab: TABS.find((each) => each === tab) ?? "results",
  };
}

/** The hash of the overview. */
export const OVERVIEW = "#/";

/** The hash of a query. */
export function hashOf({ query, tab }: { readonly query: string; readonly tab: Tab }): string {
  return `#/${encodeURIComponent(query)}/${tab}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
