/** The routes behind their guard: from a web request to an answer. */
import { type Context, Hono } from "hono";
import { messageOf } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { accepted, failed } from "./http/answers.ts";
import type { Guard } from "./http/guard.ts";
import { BadRequest, type Route } from "./route.ts";

const log = logger("ui");

/** Makes the handler of requests. */
export function newApp(
  { routes, guard }: { readonly routes: readonly Route[]; readonly guard: Guard },
): (request: Request) => Promise<Response> {
  const app = new Hono({ getPath: (request) => new URL(request.url).pathname });
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (context) => answerOf(route, context));
  }
  for (const [path, methods] of Map.groupBy(routes, (route) => route.path)) {
    const allow = methods.flatMap(({ method }) => method === "GET" ? ["GET", "HEAD"] : [method]).join(", ");
    app.all(
      honoPath(path),
      ({ req: { method } }) =>
        failed(405, { message: `${method} is not allowed here.`, hint: `Use ${allow}.` }, { allow }),
    );
  }
  app.notFound(({ req }) =>
    failed(404, { message: `There is nothing at ${req.path}.`, hint: "See /openapi.json." })
  );
  app.onError((error) => {
    log.error(`The dashboard failed to answer a request: ${messageOf(error)}.`, { stack: error.stack });
    return failed(500, { message: "Internal error; the log has more." });
  });
  return async (request) => guard.secure(guard.refusal(request) ?? await app.fetch(request));
}

/** The path in the notation of the router. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

async function answerOf(route: Route, { req }: Context): Promise<Response> {
  const type = accepted(req.header("accept") ?? null, route.types);
  if (type === undefined) {
    return failed(406, {
      message: `The answer is ${route.types.join(" or ")}, which the client does not accept.`,
    });
  }
  try {
    return await route.answer({
      name: req.param("name") ?? req.param("file") ?? "",
      parameters: parametersOf(route, new URL(req.url).searchParams),
      type,
      headers: req.raw.headers,
      isHead: req.method === "HEAD",
    });
  } catch (error) {
    if (error instanceof BadRequest) return failed(400, error.failure);
    throw error;
  }
}

function parametersOf({ parameters = {} }: Route, given: URLSearchParams): Record<string, unknown> {
  for (const name of given.keys()) {
    if (name in parameters) continue;
    const known = Object.keys(parameters);
    const hint = known.length === 0 ? "There are none here." : `Known are ${known.join(", ")}.`;
    throw new BadRequest({ message: `Unknown parameter ${JSON.stringify(name)}.`, hint });
  }
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { schema, allowed, default: byDefault }]) => {
      const text = given.get(name) ?? byDefault;
      if (text === undefined || text === "") return [];
      const parsed = schema.safeParse(text);
      if (parsed.success) return [[name, parsed.data]];
      throw new BadRequest({ message: `${name} = ${JSON.stringify(text)}: expected ${allowed}.` });
    }),
  );
}
