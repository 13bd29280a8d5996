/** The page: a line about the run, the queries, and the selected one. */
import { useEffect, useState } from "preact/hooks";
import type { Live, LiveState } from "../data/live.ts";
import { useStore } from "../data/store.ts";
import { OVERVIEW } from "../data/route.ts";
import { Overview } from "../overview/overview.tsx";
import { QueryList } from "./query_list.tsx";
import { QueryPage } from "./query_page.tsx";
import { useRoute } from "./use_route.ts";

/** See the module's description. */
export function App({ live }: { readonly live: Live }) {
  const state = useStore(live.store);
  const route = useRoute();
  const nowMs = useServerTime(state);
  const query = state.queries.find(({ name }) => name === route.query);
  useEffect(() => {
    live.select(route.query);
    document.title = route.query === null ? "sfcrime" : `${route.query} · sfcrime`;
  }, [live, route.query]);
  const { info } = state;
  return (
    <>
      <header class="top">
        <h1>
          <a href={OVERVIEW}>
            <Logo /> sfcrime
          </a>
        </h1>
        <a class="home" href={OVERVIEW} aria-current={query === undefined ? "page" : undefined}>Overview</a>
        {info !== null && <p class="version">{info.version}</p>}
        {info !== null && <p class="broker">{info.broker}</p>}
        <ConnectionText state={state} />
      </header>
      {state.queries.length === 0
        ? <Waiting state={state} />
        : query === undefined
        ? <Overview queries={state.queries} />
        : (
          <>
            <QueryList queries={state.queries} route={{ ...route, query: query.name }} nowMs={nowMs} />
            <QueryPage
              query={query}
              history={state.selected === query.name ? state.history : null}
              tab={route.tab}
              nowMs={nowMs}
              canStop={info?.canStop ?? false}
            />
          </>
        )}
    </>
  );
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 16 16" aria-hidden="true">
      <rect x="1" y="9" width="3" height="6" rx="1" />
      <rect x="6.5" y="5" width="3" height="10" rx="1" />
      <rect x="12" y="1" width="3" height="14" rx="1" />
    </svg>
  );
}

function ConnectionText({ state: { connection, queries } }: { readonly state: LiveState }) {
  const [kind, text] = connection === "lost"
    ? ["lost", "Disconnected, trying again…"]
    : connection === "connecting"
    ? ["waiting", "Connecting…"]
    : queries.some(({ isRunning }) => isRunning)
    ? ["live", "Live"]
    : ["waiting", "Not running"];
  return <p class={`connection ${kind}`} role="status">{text}</p>;
}

function Waiting({ state: { connection } }: { readonly state: LiveState }) {
  return (
    <main>
      <p class="nothing">
        {connection === "live" ? "The analysis has not started yet." : "Waiting for the server…"}
      </p>
    </main>
  );
}

/** The time of the server: what it has said, and how long ago that was. */
function useServerTime({ info, infoAtMs }: LiveState): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return info === null ? 0 : info.nowMs + performance.now() - infoAtMs;
}
