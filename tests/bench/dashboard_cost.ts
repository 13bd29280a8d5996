/**
 * Ten queries over a topic, without a dashboard, and with one that twenty pages look at. A page is what the browser's
 * is to the server: it loads a query, gets all events, and asks for the rows of its query after each of its batches.
 * Reading the answers costs a browser more, and is the browser's.
 */
import { ok } from "assert";
import { freePorts } from "../support/ports.ts";
import { EventReader } from "../support/server_sent_events.ts";
import { measure } from "./measure.ts";
import { fromSource } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";

const PAGES = 20;
/** Batches that the topic is read in, so that pages have something to ask for. */
const BATCHES = 20;
/** As the page does: the least time between two requests for rows, and how many rows it asks for. */
const PAUSE_MS = 300;
const ROWS = 1_000;
/** Until the server listens. */
const RETRY_MS = 50;

/** Columns with few values, so that the queries have rows that a page can show. */
const COLUMNS = ["original_crime_type_name", "disposition", "city", "address_type", "agency_id"] as const;

/** By name: the counts of each column, and the rows that it filters. */
const QUERIES: Readonly<Record<string, string>> = Object.fromEntries(COLUMNS.flatMap((column, index) => [
  [
    `counts_${index}`,
    `SELECT ${column}, count(*) AS calls FROM calls GROUP BY ${column} ORDER BY calls DESC`,
  ],
  [`rows_${index}`, `SELECT crime_id, call_date_time, ${column} FROM calls WHERE crime_id LIKE '%${index}7'`],
]));

/** A run of the queries over so many calls, with pages or without a dashboard. */
export async function dashboardRun(
  bench: Workbench,
  { count, isShown }: { readonly count: number; readonly isShown: boolean },
): Promise<() => Promise<Sample>> {
  const { place } = await bench.topic({ count });
  const names = Object.keys(QUERIES);
  const settings = Object.entries(QUERIES).flatMap(([name, sql]) => [
    ...["-X", `query.${name}.sql=${sql}`],
    ...["-X", `query.${name}.output_mode=${name.startsWith("counts") ? "complete" : "append"}`],
  ]);
  const command = fromSource(
    ...["-b", bench.servers, "--topic", place, ...settings, "analyze", ...names],
    ...["--trigger", "available-now", "--max-offsets-per-trigger", String(Math.ceil(count / BATCHES))],
    ...["--sink", "none"],
  );
  return async () => {
    bench.warm(place);
    if (!isShown) return await measure(command, { cwd: bench.path });
    const [port] = freePorts(1);
    const running = new AbortController();
    const pages = Array.from({ length: PAGES }, (_, index) => {
      const query = names[index % names.length]!;
      return lookAt({ url: `http://127.0.0.1:${port}`, query, signal: running.signal });
    });
    try {
      const sample = await measure([...command, "--ui", "--ui-port", String(port)], { cwd: bench.path });
      running.abort();
      for (const seen of await Promise.all(pages)) {
        ok(seen.batches > BATCHES / 2 && seen.reads > 0, JSON.stringify(seen));
      }
      return sample;
    } finally {
      running.abort();
    }
  };
}

/** What a page has got. */
interface Seen {
  batches: number;
  reads: number;
}

/** A page of a query, until the server ends. */
async function lookAt(
  { url, query, signal }: { readonly url: string; readonly query: string; readonly signal: AbortSignal },
): Promise<Seen> {
  const seen: Seen = { batches: 0, reads: 0 };
  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    await answer.arrayBuffer();
    return answer.ok;
  };
  let asking = Promise.resolve();
  let isAsking = false;
  const ask = async () => {
    isAsking = true;
    if (await get(`/api/queries/${query}/rows?limit=${ROWS}`)) seen.reads++;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    isAsking = false;
  };
  await using reader = await connected(url, signal);
  try {
    await Promise.all(["/api/info", "/api/queries", `/api/queries/${query}/history`].map(get));
    for (;;) {
      const { event, data } = await reader.next();
      if (event !== "batch" || (data as { readonly query: string }).query !== query) continue;
      seen.batches++;
      // It has ended if it cannot be asked.
      if (!isAsking) asking = ask().catch(() => {});
    }
  } catch {
    // The server ends with its run.
    await asking;
    return seen;
  }
}

async function connected(url: string, signal: AbortSignal): Promise<EventReader> {
  for (;;) {
    try {
      return await EventReader.connect(url);
    } catch (error) {
      if (signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
