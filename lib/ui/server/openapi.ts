/** The description of the interface, in OpenAPI 3.1, made of the routes themselves. */
import * as z from "zod";
import { JSON_TYPE } from "./http/answers.ts";
import type { OtherAnswer, QueryParameter, Route } from "./route.ts";
import { failure } from "./schemas.ts";

/** What any route may answer, whatever it is asked. */
const EVERYWHERE: Readonly<Record<number, string>> = {
  400: "The request is malformed, or a parameter is wrong.",
  401: "The server needs a token.",
  403: "The request comes from a page of another site, or is for those only who have the token.",
  406: "The client accepts none of the types that the answer may have.",
  413: "The request has a body.",
  414: "The address is too long.",
  421: "The host in the request is not this server.",
  429: "There are too many requests.",
  500: "The server failed.",
};

/** Describes the routes. */
export function openApi(routes: readonly Route[], { version }: { readonly version: string }): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "sfcrime",
      version,
      description:
        "A running analysis: its queries, their current rows and their history. Times are in milliseconds since the " +
        "epoch, by the clock of the analysis.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "[ui] token" } },
      schemas: { Failure: jsonSchema(failure) },
      responses: Object.fromEntries(
        Object.entries(EVERYWHERE).map(([status, description]) => [`Status${status}`, failing(description)]),
      ),
    },
  };
}

function operation(
  { method, path, summary, isOpen, parameters = {}, types, schema, others = {} }: Route,
): unknown {
  const everywhere = Object.keys(EVERYWHERE).filter((status) => !(isOpen === true && status === "401"));
  return {
    operationId: `${method.toLowerCase()}${
      path.replaceAll(/[^A-Za-z]+(\w?)/g, (_, next: string) => next.toUpperCase())
    }`,
    summary,
    ...(isOpen === true ? { security: [] } : {}),
    ...(method === "POST" ? { security: [{ token: [] }] } : {}),
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string" },
      })),
      ...Object.entries(parameters).map(([name, parameter]) => described(name, parameter)),
    ],
    responses: {
      200: {
        description: "OK",
        content: Object.fromEntries(
          types.map((
            type,
          ) => [type, type === JSON_TYPE && schema !== undefined ? { schema: jsonSchema(schema) } : {}]),
        ),
      },
      ...Object.fromEntries(
        Object.entries(others).map(([status, other]) => [status, otherAnswer(other)]),
      ),
      ...Object.fromEntries(
        everywhere.map((status) => [status, { $ref: `#/components/responses/Status${status}` }]),
      ),
    },
  };
}

function otherAnswer({ description, schema, isEmpty }: OtherAnswer): unknown {
  if (isEmpty === true) return { description };
  return schema === undefined
    ? failing(description)
    : { description, content: { [JSON_TYPE]: { schema: jsonSchema(schema) } } };
}

function described(name: string, { description, schema, default: byDefault }: QueryParameter): unknown {
  return {
    name,
    in: "query",
    required: false,
    description,
    schema: { ...jsonSchema(schema), ...(byDefault === undefined ? {} : { default: byDefault }) },
  };
}

function failing(description: string): unknown {
  return { description, content: { [JSON_TYPE]: { schema: { $ref: "#/components/schemas/Failure" } } } };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
