/** The routes of the page itself: its files, what it shows of the server, and the events that keep it up to date. */
import * as z from "zod";
import { EVENT_HEARTBEAT_MS } from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";
import { failed, json, JSON_TYPE } from "../http/answers.ts";
import type { Access } from "../http/access.ts";
import type { Assets } from "../assets.ts";
import type { EventStream } from "../event_stream.ts";
import { EVENT_STREAM } from "../http/http_server.ts";
import type { Route } from "../route.ts";
import { info } from "../schemas.ts";

/** What the page is served from. */
export interface PageSources {
  readonly assets: Assets;
  readonly events: EventStream;
  readonly access: Access;
  readonly clock: Pick<Clock, "nowMs">;
  readonly version: string;
  /** The broker, for people. */
  readonly broker: () => string;
}

/** Seconds after which a client may try again to become one of those who get events. */
const RETRY_S = 10;

/** The routes. */
export function pageRoutes({ assets, events, access, clock, version, broker }: PageSources): Route[] {
  const startedAtMs = clock.nowMs();
  const fileOf = (name: string, headers: Headers) =>
    assets.answer(name, headers) ?? failed(404, { message: `The page has no file ${JSON.stringify(name)}.` });
  const unchanged = { description: "The file has not changed.", isEmpty: true } as const;
  return [
    {
      method: "GET",
      path: "/",
      summary: "The dashboard.",
      types: ["text/html"],
      others: { 304: unchanged },
      answer: ({ headers }) => fileOf("index.html", headers),
    },
    {
      method: "GET",
      path: "/assets/{file}",
      summary: "A file of the dashboard.",
      types: assets.types,
      others: { 304: unchanged, 404: { description: "There is no such file." } },
      answer: ({ name, headers }) => fileOf(name, headers),
    },
    {
      method: "GET",
      path: "/api/info",
      summary: "The server.",
      types: [JSON_TYPE],
      schema: info,
      answer: ({ headers }) =>
        json({
          version,
          broker: broker(),
          startedAtMs,
          nowMs: clock.nowMs(),
          canStop: access.isKnown(headers),
        }),
    },
    {
      method: "GET",
      path: "/api/events",
      summary:
        "Server-sent events: each batch (`batch`), changes of status (`status`), `reset` if the client has " +
        `to load the histories first, and, every ${EVENT_HEARTBEAT_MS / 1_000} seconds, \`alive\`. ` +
        "After a break, the browser goes on by the header Last-Event-ID.",
      parameters: {
        lastEventId: {
          description: "The id of the last event that the client has, if it cannot set the header.",
          schema: z.string(),
          allowed: "the id of an event",
        },
      },
      types: [EVENT_STREAM],
      others: { 503: { description: "Too many clients get events." } },
      answer: ({ headers, parameters, isHead }) => {
        if (isHead) return eventStream(null);
        const lastId = headers.get("last-event-id") ?? parameters["lastEventId"] as string | undefined;
        const stream = events.connect(lastId);
        if (stream !== undefined) return eventStream(stream);
        return failed(503, { message: "Too many clients get events." }, { "retry-after": String(RETRY_S) });
      },
    },
  ];
}

function eventStream(body: ReadableStream<Uint8Array> | null): Response {
  // What stands in between must not wait for more events before it passes them on.
  const headers = { "content-type": EVENT_STREAM, "cache-control": "no-store", "x-accel-buffering": "no" };
  return new Response(body as BodyInit | null, { headers });
}
