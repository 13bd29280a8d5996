/** The SELECT list, with `*` expanded. */
import { didYouMean } from "../../base/text/nearest.ts";
import { type DataType, typeName } from "../../records/data_type.ts";
import type { Expression } from "../plan.ts";
import type {
  ExpressionNode,
  ItemNode,
  NameNode,
  SelectNode,
  SortItem,
  StarNode,
  TextRange,
} from "../syntax/ast.ts";
import type { BranchView, OuterRow } from "../expressions/scope.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** A column of the result of a SELECT. */
export interface OutputColumn {
  readonly name: string;
  readonly at: TextRange;
}

/** An expression, or a column of an expanded `*`. */
export type Item =
  | { readonly kind: "item"; readonly node: ItemNode }
  | {
    readonly kind: "star";
    readonly column: number;
    readonly name: string;
    readonly at: TextRange;
    /** Whether later items can read it as an alias: it is of a generator. */
    readonly isAlias?: boolean;
  };

/** What the stars of a SELECT list are expanded with. */
export interface StarScope {
  readonly view: BranchView;
  /** The row that a subquery is for. */
  readonly outer?: OuterRow | undefined;
  readonly sql: string;
  /** The type of an expression; undefined if it cannot be resolved. */
  readonly typeOf: (node: ExpressionNode) => DataType | undefined;
}

/** Expands `*`. @throws {SfcrimeError} SQL, if what stands before it is no relation in FROM and no STRUCT. */
export function expandItems(node: SelectNode, scope: StarScope): Item[] {
  return node.items.flatMap((item): Item[] => {
    if (item.kind === "item") return [{ kind: "item", node: item }];
    return starColumns(item, scope) ?? outerColumns(item, scope) ?? starFields(item, scope);
  });
}

/**
 * Aliases that later items of the same SELECT list can read. A column of the relation with the same name goes before
 * them.
 */
export class LateralAliases {
  readonly #sql: string;
  readonly #values: { readonly name: string; readonly value: Expression }[] = [];

  constructor(sql: string) {
    this.#sql = sql;
  }

  /** The value of an alias, if there is one. @throws {SfcrimeError} SQL, if there are several. */
  readonly find = (name: string, at: TextRange): Expression | undefined => {
    const found = this.#values.filter((alias) => sameName(alias.name, name));
    if (found.length > 1) throw sqlError(this.#sql, at, `alias ${name} is ambiguous.`, "Rename one of them.");
    return found[0]?.value;
  };

  /** Resolves the items of a SELECT list one after the other. */
  resolve(items: readonly Item[], resolveItem: (item: Item, index: number) => Expression): Expression[] {
    return items.map((item, index) => {
      const value = resolveItem(item, index);
      const name = item.kind === "item" ? item.node.alias : item.isAlias === true ? item.name : null;
      if (name !== null) this.#values.push({ name, value });
      return value;
    });
  }
}

/** ORDER BY, with `ALL` as the positions of all columns. A column with this name goes before it. */
export function sortItems(
  orderBy: readonly SortItem[],
  known: readonly { readonly name: string }[],
  columnCount: number,
): readonly SortItem[] {
  const [item] = orderBy;
  const isAll = orderBy.length === 1 && isAllColumns(item!.expression, known);
  if (!isAll) return orderBy;
  const { at } = item!;
  return Array.from({ length: columnCount }, (_none, index): SortItem => ({
    ...item!,
    expression: { kind: "number", text: String(index + 1), suffix: "", at },
  }));
}

/** Whether an expression is the `ALL` of GROUP BY or ORDER BY: a column of this name, if there is none. */
export function isAllColumns(node: ExpressionNode, known: readonly { readonly name: string }[]): boolean {
  return node.kind === "column" && sameName(node.name, "ALL") &&
    !known.some(({ name }) => sameName(name, "ALL"));
}

/** The columns of all relations, or of one; undefined if none has the name. */
function starColumns(item: StarNode, { view: { columns }, sql }: StarScope): Item[] | undefined {
  const { path, at } = item;
  const meant = columns.map((column, index) => ({ column, index, name: column.name })).filter(({ column }) =>
    path.length === 0
      ? column.hidden !== true
      : path.length === 1 && column.qualifier !== undefined && sameName(column.qualifier, path[0]!)
  );
  // Without FROM, there are none.
  if (meant.length === 0) return path.length === 0 ? [] : undefined;
  const { replace } = item;
  const kept = without(item, meant, sql);
  if (replace !== undefined) requireReplaced(replace, kept.map(({ name }) => name), sql);
  return kept.map(({ index, name }): Item =>
    replace !== undefined && sameName(replace.name, name)
      ? { kind: "item", node: { kind: "item", expression: replace.expression, alias: name, at: replace.at } }
      : { kind: "star", column: index, name, at }
  );
}

/** The columns of a relation of the row that a subquery is for; undefined if none has the name. */
function outerColumns(item: StarNode, { outer, sql }: StarScope): Item[] | undefined {
  const { path: [relation, ...more], at } = item;
  if (relation === undefined || more.length > 0) return undefined;
  const meant =
    outer?.columns.filter(({ qualifier }) => qualifier !== undefined && sameName(qualifier, relation)) ?? [];
  if (meant.length === 0) return undefined;
  return without(item, meant, sql).map(({ name }): Item => {
    const expression: ExpressionNode = {
      kind: "field",
      argument: { kind: "column", name: relation, at },
      name,
      at,
    };
    return { kind: "item", node: { kind: "item", expression, alias: name, at } };
  });
}

/** @throws {SfcrimeError} SQL if there is not one column with the name. */
function requireReplaced({ name, at }: NameNode, names: readonly string[], sql: string): void {
  const count = names.filter((known) => sameName(known, name)).length;
  if (count === 0) {
    throw sqlError(sql, at, `column ${name} of SET cannot be resolved.`, didYouMean(name, names));
  }
  if (count > 1) throw sqlError(sql, at, `column ${name} is ambiguous.`, "Rename them with AS.");
}

/** The fields of a STRUCT. */
function starFields(item: StarNode, { typeOf, sql }: StarScope): Item[] {
  const { path, at } = item;
  const [first, ...rest] = path as [string, ...string[]];
  const struct = rest.reduce<ExpressionNode>(
    (argument, name) => ({ kind: "field", argument, name, at }),
    { kind: "column", name: first, at },
  );
  const type = typeOf(struct);
  const text = path.join(".");
  if (type === undefined) {
    throw sqlError(sql, at, `cannot resolve ${text}.*: no stream, table or STRUCT in FROM has this name.`);
  }
  if (typeof type === "string" || type.kind !== "STRUCT") {
    throw sqlError(sql, at, `cannot expand ${text}.*: it is not a STRUCT, but ${typeName(type)}.`);
  }
  return without(item, type.fields, sql).map(({ name }) => ({
    kind: "item",
    node: {
      kind: "item",
      expression: { kind: "field", argument: struct, name, at },
      alias: null,
      at,
    },
  }));
}

/** The columns of a `*` that its EXCEPT keeps. */
function without<T extends { readonly name: string }>(
  { except }: StarNode,
  columns: readonly T[],
  sql: string,
): readonly T[] {
  except.forEach(({ name, at }, index) => {
    const names = columns.map(({ name }) => name);
    const count = names.filter((known) => sameName(known, name)).length;
    if (count === 0) {
      throw sqlError(sql, at, `column ${name} of EXCEPT cannot be resolved.`, didYouMean(name, names));
    }
    if (count > 1) throw sqlError(sql, at, `column ${name} is ambiguous.`, "Rename them with AS.");
    if (except.findIndex((other) => sameName(other.name, name)) < index) {
      throw sqlError(sql, at, `duplicate column ${name} in EXCEPT.`);
    }
  });
  const kept = columns.filter((column) => !except.some(({ name }) => sameName(column.name, name)));
  if (kept.length > 0) return kept;
  throw sqlError(sql, except.at(-1)!.at, "EXCEPT leaves no column.");
}

/** The aliases of the SELECT list. Even an alias that repeats the name of its column counts. */
export function aliasesOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => item.kind === "item" && item.node.alias !== null ? [item.node.alias] : []);
}

/** Whether two names are equal, ignoring case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
