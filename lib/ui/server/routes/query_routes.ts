/** The routes that tell of queries. */
import * as z from "zod";
import { RECENT_PROGRESS_MAX } from "../../../base/bounds.ts";
import { streamingQueryProgress } from "../../../monitoring/progress/streaming_query_progress.ts";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import type { RunView } from "../../../monitoring/view/run_view.ts";
import { failed, json, JSON_TYPE } from "../http/answers.ts";
import type { Route } from "../route.ts";
import { history, progress, queries, query } from "../schemas.ts";

const NO_QUERY = { 404: { description: "There is no such query." } };

/** The routes. */
export function queryRoutes(view: RunView): Route[] {
  return [
    {
      method: "GET",
      path: "/api/queries",
      summary: "The queries.",
      types: [JSON_TYPE],
      schema: queries,
      answer: () => json(view.queries()),
    },
    {
      method: "GET",
      path: "/api/queries/{name}",
      summary: "A query.",
      types: [JSON_TYPE],
      schema: query,
      others: NO_QUERY,
      answer: ({ name }) => ofQuery(view, name, (found) => json(found)),
    },
    {
      method: "GET",
      path: "/api/queries/{name}/history",
      summary: "The latest batches of a query, and earlier ones by minute and hour.",
      types: [JSON_TYPE],
      schema: history,
      others: NO_QUERY,
      answer: ({ name }) => ofQuery(view, name, () => json(view.history(name))),
    },
    {
      method: "GET",
      path: "/api/queries/{name}/progress",
      summary: "The progress of the latest batches, as Spark's StreamingQueryProgress; the oldest first.",
      parameters: {
        limit: {
          description: "How many batches, at most.",
          schema: wholeNumber(RECENT_PROGRESS_MAX),
          default: String(RECENT_PROGRESS_MAX),
          allowed: `a whole number from 1 to ${RECENT_PROGRESS_MAX}`,
        },
      },
      types: [JSON_TYPE],
      schema: progress,
      others: NO_QUERY,
      answer: ({ name, parameters }) =>
        ofQuery(view, name, () => {
          const batches = view.recentProgress(name).slice(-Number(parameters["limit"]));
          return json(`[${batches.map(streamingQueryProgress).join(",")}]`, { isText: true });
        }),
    },
  ];
}

/** The answer about a query, or that there is none of this name. */
export function ofQuery(view: RunView, name: string, answer: (found: QueryView) => Response): Response {
  const found = view.query(name);
  return found === undefined ? noQuery(view, name) : answer(found);
}

/** The answer that there is no such query. */
export function noQuery(view: RunView, name: string): Response {
  const names = view.queries().map((each) => each.name).join(", ");
  return failed(404, {
    message: `There is no query ${JSON.stringify(name)}.`,
    hint: names === "" ? "The analysis has not started yet." : `The queries are ${names}.`,
  });
}

/** A number from 1 on, in the query of an address. */
export function wholeNumber(max: number): z.ZodType<number, string> {
  return z.string().regex(/^\d{1,9}$/).transform(Number).pipe(z.number().min(1).max(max));
}
