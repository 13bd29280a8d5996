/**
 * The aggregate calls of a SELECT. What they take is added to the stage rows, after the keys, and their results to the
 * row of the group; equal calls are computed once.
 */
import { resolveAggregate } from "../../expressions/calls/aggregate_call.ts";
import type { ResolveContext } from "../../expressions/resolve.ts";
import { onlyWhere } from "../../functions/aggregates/aggregates.ts";
import type { AggregateCall, Expression } from "../../plan.ts";
import type { CallNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { syntaxText } from "../syntax_text.ts";
import type { GroupRow } from "./group_row.ts";

/** What calls are collected from, and for. */
export interface CollectedCallsOptions {
  readonly sql: string;
  /** What the arguments of a call can use, in each branch. */
  readonly contexts: () => readonly ResolveContext[];
  /** The rows of each branch. */
  readonly stages: readonly Expression[][];
  readonly groupRow: GroupRow;
}

/** See the module's description. */
export class CollectedCalls {
  readonly #options: CollectedCallsOptions;
  /** By their text. */
  readonly #known = new Map<string, { readonly call: AggregateCall; readonly result: Expression }>();

  constructor(options: CollectedCallsOptions) {
    this.#options = options;
  }

  get calls(): readonly AggregateCall[] {
    return [...this.#known.values()].map(({ call }) => call);
  }

  /** The result of a call. @throws {SfcrimeError} SQL, if it may not be called so. */
  resultOf(node: CallNode): Expression {
    return this.#known.getOrInsertComputed(syntaxText(node), () => {
      const call = this.#collect(node);
      return { call, result: this.#options.groupRow.add(call.type) };
    }).result;
  }

  #collect(node: CallNode): AggregateCall {
    const { contexts, stages } = this.#options;
    const resolved = contexts().map((context) =>
      resolveAggregate(node, { ...context, random: this.#refuseRandom })
    );
    const place = (of: (branch: (typeof resolved)[number]) => Expression): number => {
      const slot = stages[0]!.length;
      stages.forEach((stage, index) => stage.push(of(resolved[index]!)));
      return slot;
    };
    const { name, args, parameters, type, filter } = resolved[0]!;
    return {
      name,
      args: args.map((_arg, index) => place((branch) => onlyWhere(branch.filter, branch.args[index]!))),
      argTypes: args.map((arg) => arg.type),
      ...(parameters === undefined ? {} : { parameters }),
      ...(filter === undefined ? {} : { filter: place((branch) => branch.filter!) }),
      type,
    };
  }

  readonly #refuseRandom = ({ name, at }: CallNode): never => {
    const problem = `${name} is not allowed in an aggregate function.`;
    throw sqlError(this.#options.sql, at, problem, "Draw it in a subquery, and aggregate its column.");
  };
}
