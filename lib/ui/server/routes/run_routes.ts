/** The routes that reach into a running analysis: the current rows of a query, and its end. */
import * as z from "zod";
import { READ_ROWS_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { RunListener, StartedQuery, StartedRun } from "../../../monitoring/run_listener.ts";
import type { RowsRequest } from "../../../monitoring/view/current_rows.ts";
import type { RunView } from "../../../monitoring/view/run_view.ts";
import type { Access } from "../http/access.ts";
import { failed, json, JSON_TYPE, text } from "../http/answers.ts";
import type { QueryParameter, Route, RouteRequest } from "../route.ts";
import { rowsCsv, rowsJson } from "../rows_text.ts";
import { rows, stopping } from "../schemas.ts";
import { noQuery, ofQuery, wholeNumber } from "./query_routes.ts";

/** What is asked of the queries of a run; it hears of them when the run starts. */
export class RunControls implements RunListener {
  /** By name. */
  readonly queries = new Map<string, StartedQuery>();

  started(run: StartedRun): void {
    for (const query of run.queries) this.queries.set(query.query, query);
  }
}

const CSV_TYPE = "text/csv";

const LIMIT_DEFAULT = 100;

/** Seconds after which rows may be asked for again. */
const RETRY_S = 1;

const ROWS_PARAMETERS: Readonly<Record<string, QueryParameter>> = {
  where: {
    description: "A condition in SQL over the columns of the result.",
    schema: z.string(),
    allowed: "SQL",
  },
  order: { description: "As after ORDER BY.", schema: z.string(), allowed: "SQL" },
  limit: {
    description: "How many rows, at most.",
    schema: wholeNumber(READ_ROWS_MAX),
    default: String(LIMIT_DEFAULT),
    allowed: `a whole number from 1 to ${READ_ROWS_MAX}`,
  },
  format: {
    description: "The format, which the header Accept can also choose.",
    schema: z.enum(["json", "csv"]),
    allowed: "json or csv",
  },
};

/** The routes. */
export function runRoutes(
  { view, controls, access }: {
    readonly view: RunView;
    readonly controls: RunControls;
    readonly access: Access;
  },
): Route[] {
  return [
    {
      method: "GET",
      path: "/api/queries/{name}/rows",
      summary:
        "The current rows of a query, as its last batch left them: the whole result in complete mode, the " +
        "groups in state in update mode, the rows emitted last in append mode.",
      parameters: ROWS_PARAMETERS,
      types: [JSON_TYPE, CSV_TYPE],
      schema: rows,
      others: {
        404: { description: "There is no such query." },
        503: { description: "The rows cannot be read now." },
      },
      answer: (request) => answerRows(request, { view, controls }),
    },
    {
      method: "POST",
      path: "/api/queries/{name}/stop",
      summary: "Stops a query after its current batch; the others go on.",
      types: [JSON_TYPE],
      schema: stopping,
      others: {
        404: { description: "There is no such query." },
        503: { description: "The query does not run." },
      },
      answer: ({ name, headers }) => {
        if (!access.isKnown(headers)) {
          return failed(403, { message: "Stopping a query needs a token.", hint: "Set [ui] token." });
        }
        return ofQuery(view, name, ({ isRunning }) => {
          const { stop } = controls.queries.get(name) ?? {};
          if (!isRunning || stop === undefined) {
            return failed(503, { message: `Query ${name} does not run.` });
          }
          stop();
          return json({ status: "stopping" });
        });
      },
    },
  ];
}

async function answerRows(
  { name, parameters, type }: RouteRequest,
  { view, controls }: { readonly view: RunView; readonly controls: RunControls },
): Promise<Response> {
  const found = view.query(name);
  if (found === undefined) return noQuery(view, name);
  const reader = controls.queries.get(name)?.rows;
  // No answer would be any better later, so clients are not told to try again.
  if (reader === undefined || !found.isRunning) {
    const reason = found.isRunning ? `its sink, ${found.sink}, keeps none` : "it does not run";
    return failed(503, { message: `The rows of ${name} cannot be read: ${reason}.` });
  }
  const { format, ...request } = parameters;
  try {
    const answer = await reader.read(request as unknown as RowsRequest);
    if (format === "json" || (format === undefined && type === JSON_TYPE)) {
      return json(rowsJson(answer), { isText: true });
    }
    const headers = {
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`,
    };
    return text(rowsCsv(answer), { type: `${CSV_TYPE}; charset=utf-8`, headers });
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    const { code, message, hint } = error;
    const failure = { code, message, ...(hint === undefined ? {} : { hint }) };
    if (error.retriable) return failed(503, failure, { "retry-after": String(RETRY_S) });
    if (error.exitCode === 2) return failed(400, failure);
    throw error;
  }
}
