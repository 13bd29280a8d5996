/** What a route of the server is: everything that serves it, and everything that describes it. */
import type * as z from "zod";
import type { RequestFailure } from "./http/answers.ts";

/** A parameter in the query of an address. */
export interface QueryParameter {
  readonly description: string;
  /** Parses its text. */
  readonly schema: z.ZodType<unknown, string>;
  /** The text of the parameter if it is not given. */
  readonly default?: string;
  /** Completes the sentence "expected …". */
  readonly allowed: string;
}

/** A request that a route has to answer. */
export interface RouteRequest {
  /** The name of the query in the path. */
  readonly name: string;
  /** The parsed parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of the types that the route has, the one that the client prefers. */
  readonly type: string;
  readonly headers: Headers;
  readonly isHead: boolean;
}

/** An answer other than 200. */
export interface OtherAnswer {
  readonly description: string;
  /** The shape of its JSON; by default, an error. */
  readonly schema?: z.ZodType;
  /** Whether it has no body. */
  readonly isEmpty?: true;
}

/** See the module's description. */
export interface Route {
  readonly method: "GET" | "POST";
  /** With the name of a query as `{name}`, or that of a file as `{file}`. */
  readonly path: string;
  readonly summary: string;
  /** Whether it needs no token even where one is set. */
  readonly isOpen?: true;
  readonly parameters?: Readonly<Record<string, QueryParameter>>;
  /** The types of the answer, the preferred one first. */
  readonly types: readonly [string, ...string[]];
  /** The shape of the answer if it is JSON. */
  readonly schema?: z.ZodType;
  /** Answers besides those that any route may give. */
  readonly others?: Readonly<Record<number, OtherAnswer>>;
  readonly answer: (request: RouteRequest) => Response | Promise<Response>;
}

/** A request that cannot be answered as it is. */
export class BadRequest extends Error {
  readonly failure: Omit<RequestFailure, "code">;

  constructor(failure: Omit<RequestFailure, "code">) {
    super(failure.message);
    this.failure = failure;
  }
}
