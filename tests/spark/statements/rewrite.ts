/**
 * Makes a statement one over streams: relations that it lists itself, as VALUES or `range(…)`, become named ones, and
 * a SELECT without FROM reads a stream of one row.
 */
import type { JoinedNode, QueryNode, SelectNode, TableNode } from "../../../lib/sql/syntax/ast.ts";
import { parseSql } from "../../../lib/sql/syntax/parse.ts";
import { closing, isWord, nameOf, splitAtCommas, textOf, type Token, tokensOf } from "./lexer.ts";

/** The stream of one row, without columns. */
export const ONE_ROW = "one_row";

/** A relation that a statement lists. */
export interface InlineRelation {
  readonly name: string;
  /** A SELECT for each row, over the stream of one row; undefined where they are the numbers of a range. */
  readonly sql: string | undefined;
  readonly range: readonly number[];
}

/** A statement with names instead of the relations that it lists. */
export interface Rewritten {
  readonly sql: string;
  readonly inline: readonly InlineRelation[];
}

/** Whether a statement is one SELECT: also with WITH before it, as VALUES, or in parentheses. */
export function isSelect(sql: string): boolean {
  const tokens = tokensOf(sql);
  const first = tokens.find(({ text }) => text !== "(");
  const isQuery = isWord(first, "SELECT", "WITH", "VALUES", "FROM");
  return isQuery &&
    !tokens.some((token) => token.depth === 0 && isWord(token, "INSERT", "MERGE", "UPDATE", "DELETE"));
}

/** Names the relations that a statement lists. */
export function nameInline(sql: string): Rewritten {
  const tokens = tokensOf(sql);
  const inline: InlineRelation[] = [];
  let text = "";
  let from = 0;
  for (let index = 0; index < tokens.length; index++) {
    const found = isWord(tokens[index], "VALUES")
      ? valuesAt(sql, tokens, index)
      : isWord(tokens[index], "RANGE") && isRelationAt(tokens, index)
      ? rangeAt(sql, tokens, index)
      : undefined;
    if (found === undefined) continue;
    const name = `inline_${inline.length + 1}`;
    inline.push({ name, sql: found.sql, range: found.range });
    const alias = found.alias === undefined ? "" : ` AS ${found.alias}`;
    text += sql.slice(from, tokens[found.first]!.start) +
      (found.isRelation ? name : `SELECT * FROM ${name}`) + alias;
    from = tokens[found.last]!.end;
    index = found.last;
  }
  return { sql: text + sql.slice(from), inline };
}

interface Found {
  readonly first: number;
  readonly last: number;
  readonly isRelation: boolean;
  readonly alias: string | undefined;
  readonly sql: string | undefined;
  readonly range: readonly number[];
}

/** Whether a relation stands at a token. */
function isRelationAt(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return isWord(before, "FROM", "JOIN") ||
    (isWord(before, ",") && tokens.slice(0, index).some((token) => isWord(token, "FROM")));
}

function valuesAt(sql: string, tokens: readonly Token[], index: number): Found | undefined {
  const rows: string[][] = [];
  let next = index + 1;
  do {
    const end = rowEnd(tokens, next);
    if (end === next) return undefined;
    const isList = tokens[next]!.text === "(" && closing(tokens, next) === end - 1;
    const cells = isList ? splitAtCommas(tokens, next + 1, end - 1) : [tokens.slice(next, end)];
    rows.push(cells.map((cell) => textOf(sql, cell)));
    next = end + 1;
  } while (isWord(tokens[next - 1], ","));
  const isNested = isWord(tokens[index - 1], "(") && isWord(tokens[next - 1], ")") &&
    isRelationAt(tokens, index - 1);
  const alias = aliasAt(tokens, isNested ? next : next - 1);
  const names = alias.names ?? rows[0]!.map((_cell, at) => `col${at + 1}`);
  if (rows.some((cells) => cells.length !== names.length)) return undefined;
  const selects = rows.map((cells) =>
    `SELECT ${cells.map((cell, at) => `${cell} AS \`${names[at]}\``).join(", ")} FROM ${ONE_ROW}`
  );
  return {
    first: isNested ? index - 1 : index,
    last: alias.last,
    isRelation: isNested || isRelationAt(tokens, index),
    alias: alias.name,
    sql: selects.join(" UNION ALL "),
    range: [],
  };
}

/** Words that may follow a row of VALUES. */
const AFTER_ROW = [
  ..."AS WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT MINUS JOIN CROSS INNER LEFT RIGHT FULL NATURAL LATERAL ON"
    .split(" "),
  ",",
  ")",
];

/** The index after the row of VALUES that begins at an index. */
function rowEnd(tokens: readonly Token[], from: number): number {
  if (tokens[from]?.text === "(") {
    const end = closing(tokens, from) + 1;
    if (end >= tokens.length || isWord(tokens[end], ...AFTER_ROW) || /^\w/.test(tokens[end]!.text)) {
      return end;
    }
  }
  const depth = tokens[from]?.depth;
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token.depth < depth!) return index;
    if (token.depth > depth!) continue;
    if (isWord(token, ...AFTER_ROW) && token.text !== ")") return index;
    const isAlias = index > from && /^[a-z_]\w*$/i.test(token.text) &&
      /^\d|^'|\)$/.test(tokens[index - 1]!.text);
    if (isAlias) return index;
  }
  return tokens.length;
}

interface Alias {
  readonly name: string | undefined;
  readonly names: readonly string[] | undefined;
  /** The last token of it, or of what is before it. */
  readonly last: number;
}

function aliasAt(tokens: readonly Token[], at: number): Alias {
  const word = isWord(tokens[at], "AS") ? at + 1 : at;
  const token = tokens[word];
  const isName = token !== undefined && /^[a-z_`]/i.test(token.text) && !isWord(token, ...AFTER_ROW);
  if (!isName) return { name: undefined, names: undefined, last: at - 1 };
  if (tokens[word + 1]?.text !== "(") return { name: token.text, names: undefined, last: word };
  const end = closing(tokens, word + 1);
  const names = splitAtCommas(tokens, word + 2, end).map((name) => nameOf(name[0]?.text ?? ""));
  return { name: token.text, names, last: end };
}

function rangeAt(sql: string, tokens: readonly Token[], index: number): Found | undefined {
  if (tokens[index + 1]?.text !== "(") return undefined;
  const end = closing(tokens, index + 1);
  const bounds = splitAtCommas(tokens, index + 2, end).map((bound) => Number(textOf(sql, bound)));
  if (!bounds.every(Number.isSafeInteger) || bounds.length > 4) return undefined;
  const [start, stop = 0, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds as [number, ...number[]];
  if (step === 0) return undefined;
  const range = Array.from(
    { length: Math.max(0, Math.ceil((stop - start) / step)) },
    (_, at) => start + at * step,
  );
  return { first: index, last: end, isRelation: true, alias: undefined, sql: undefined, range };
}

/** A parsed statement over streams, and the relations that it reads. */
export interface OverStreams {
  readonly sql: string;
  /** By the place where they stand: the first ones are streams, those that are joined to them tables. */
  readonly streams: readonly string[];
  readonly tables: readonly string[];
  /** Whether the order of its rows counts. */
  readonly isOrdered: boolean;
}

/** Gives each SELECT a stream that reads none, or only a function that makes rows. @throws {SfcrimeError} SQL, if it cannot be parsed. */
export function overStreams(sql: string): OverStreams {
  const query = parseSql(sql);
  const streams = new Set<string>();
  const tables = new Set<string>();
  const inserts: { readonly at: number; readonly text: string }[] = [];
  const named = new Set<string>();
  visit(query, (node) => {
    if (node.kind === "query") {
      for (const { name } of (node as QueryNode).queries) named.add(name.toLowerCase());
    }
    if (node.kind === "joined") {
      const { first, joins } = (node as JoinedNode).from;
      for (const each of [first, ...joins.map(({ right }) => right)]) {
        if (each.kind === "table") tables.add(nameOfTable(each));
      }
    }
    if (node.kind !== "select") return;
    const { from, items } = node as SelectNode;
    if (from === null) {
      inserts.push({ at: items.at(-1)!.at.end, text: `\nFROM ${ONE_ROW} ` });
      streams.add(ONE_ROW);
      return;
    }
    if (from.first.kind === "function") {
      inserts.push({ at: from.first.at.start, text: `${ONE_ROW}, ` });
      streams.add(ONE_ROW);
    }
    if (from.first.kind === "table") streams.add(nameOfTable(from.first));
    for (const { right } of from.joins) if (right.kind === "table") tables.add(nameOfTable(right));
  });
  let text = "";
  let from = 0;
  for (const insert of inserts.toSorted((left, right) => left.at - right.at)) {
    text += sql.slice(from, insert.at) + insert.text;
    from = insert.at;
  }
  const isKnown = (name: string) => !named.has(name);
  return {
    sql: text + sql.slice(from),
    streams: [...streams].filter(isKnown),
    tables: [...tables].filter(isKnown),
    isOrdered: query.orderBy.length > 0,
  };
}

function nameOfTable({ name }: TableNode): string {
  return name.toLowerCase();
}

function visit(node: unknown, see: (node: { readonly kind: string }) => void): void {
  const waiting = [node];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    if ("kind" in next) see(next as { readonly kind: string });
    waiting.push(...Object.values(next));
  }
}
