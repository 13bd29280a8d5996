/**
 * The relations that the statements of a file may read: those that Spark's tests always have, and the views and
 * tables that the file makes itself, as far as this program can compute them.
 */
import { join } from "node:path";
import { type Row, type Schema, typeName } from "../../../lib/records/data_type.ts";
import { typeFromText } from "../../../lib/records/types/type_text.ts";
import { type Relation, type Relations, runStatement } from "./engine.ts";
import { closing, nameOf, splitAtCommas, textOf, tokensOf } from "./lexer.ts";

/** The tables that Spark's tests always have, but for those with a MAP. */
export async function testTables(directory: string): Promise<Relations> {
  const data = (name: string) =>
    Deno.readTextFile(join(directory, "test-data", "postgresql", `${name}.data`));
  const numbers = Array.from({ length: 100 }, (_, index): Row => [index + 1, String(index + 1)]);
  return new Map<string, Relation>([
    ["testdata", {
      schema: [{ name: "key", type: "INT" }, { name: "value", type: "STRING" }],
      rows: numbers,
    }],
    ["arraydata", {
      schema: [
        { name: "arraycol", type: { kind: "ARRAY", element: "INT" } },
        { name: "nestedarraycol", type: { kind: "ARRAY", element: { kind: "ARRAY", element: "INT" } } },
      ],
      rows: [[[1, 2, 3], [[1, 2, 3]]], [[2, 3, 4], [[2, 3, 4]]]],
    }],
    ["aggtest", tabSeparated(await data("agg"), [["a", "INT"], ["b", "FLOAT"]])],
    ["onek", tabSeparated(await data("onek"), ONEK)],
    ["tenk1", tabSeparated(await data("tenk"), ONEK)],
  ]);
}

const ONEK: readonly (readonly [name: string, type: "INT" | "STRING"])[] = [
  ..."unique1 unique2 two four ten twenty hundred thousand twothousand fivethous tenthous odd even"
    .split(" ").map((name) => [name, "INT"] as const),
  ..."stringu1 stringu2 string4".split(" ").map((name) => [name, "STRING"] as const),
];

function tabSeparated(
  text: string,
  columns: readonly (readonly [name: string, type: "INT" | "FLOAT" | "STRING"])[],
): Relation {
  const schema: Schema = columns.map(([name, type]) => ({ name, type }));
  const rows = text.trimEnd().split("\n").map((line): Row =>
    line.split("\t").map((cell, index) => {
      const type = columns[index]![1];
      return type === "STRING" ? cell : type === "FLOAT" ? Math.fround(Number(cell)) : Number(cell);
    })
  );
  return { schema, rows };
}

const NAME = "([\\w.`]+)";
const VIEW = new RegExp(
  `^CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:TEMP(?:ORARY)?\\s+)?VIEW\\s+${NAME}\\s*(\\([\\w\\s,\`]*\\))?\\s*AS\\s+([^]*)$`,
  "i",
);
const TABLE_OF_ROWS = new RegExp(`^CREATE\\s+TABLE\\s+${NAME}\\s*(?:USING\\s+\\w+\\s+)?AS\\s+([^]*)$`, "i");
const TABLE = new RegExp(`^CREATE\\s+TABLE\\s+${NAME}\\s*(?=\\()`, "i");
const INSERT = new RegExp(
  `^INSERT\\s+INTO\\s+(?:TABLE\\s+)?${NAME}\\s*((?:VALUES|SELECT|WITH)\\b[^]*)$`,
  "i",
);
/** Other statements that may change relations; EXECUTE and USE do not say which. */
const CHANGES = /\b(?:CREATE|REPLACE|INSERT|ALTER|DROP|TRUNCATE|MERGE|UPDATE|DELETE)\b/i;
const CHANGES_ANY = /^\s*(?:EXECUTE|USE)\b/i;

/** A relation that a file has made, and the names that it was made of. */
interface Made extends Relation {
  readonly of: ReadonlySet<string>;
}

/** The relations of a file, from its first statement on. What cannot be computed here is not there. */
export class Session {
  readonly #tables: Relations;
  readonly #made = new Map<string, Made>();

  constructor(tables: Relations) {
    this.#tables = tables;
  }

  get relations(): Relations {
    return new Map([...this.#tables, ...this.#made]);
  }

  /** Follows a statement that Spark has run and that is not a query. */
  async follow(sql: string, timeZone: string): Promise<void> {
    const change = this.#change(sql, timeZone);
    if (change !== undefined) {
      const relation = await change.relation().catch(() => undefined);
      this.#forget(new Set([change.name]));
      if (relation !== undefined) this.#made.set(change.name, { ...relation, of: namesIn(change.query) });
    } else if (CHANGES_ANY.test(sql)) {
      this.#made.clear();
    } else if (CHANGES.test(sql)) {
      this.#forget(namesIn(sql));
    }
  }

  /** Forgets relations, and those that were made of them. */
  #forget(names: ReadonlySet<string>): void {
    const forgotten = [...this.#made].filter(([name, { of }]) =>
      names.has(name) || !names.isDisjointFrom(of)
    );
    for (const [name] of forgotten) this.#made.delete(name);
    if (forgotten.length > 0) this.#forget(new Set(forgotten.map(([name]) => name)));
  }

  #change(sql: string, timeZone: string): Change | undefined {
    const rowsOf = (query: string) => runStatement(query, this.relations, timeZone);
    const view = VIEW.exec(sql);
    if (view !== null) {
      const [, name, columns, query] = view;
      return {
        name: nameIn(name!),
        query: query!,
        relation: async () => renamed(await rowsOf(query!), columns),
      };
    }
    const made = TABLE_OF_ROWS.exec(sql);
    if (made !== null) return { name: nameIn(made[1]!), query: made[2]!, relation: () => rowsOf(made[2]!) };
    const table = TABLE.exec(sql);
    if (table !== null) {
      return { name: nameIn(table[1]!), query: "", relation: () => Promise.resolve(emptyTable(sql)) };
    }
    const insert = INSERT.exec(sql);
    if (insert === null) return undefined;
    const name = nameIn(insert[1]!);
    const before = this.#made.get(name);
    return {
      name,
      query: "",
      relation: async () => before && await filled(before, await rowsOf(insert[2]!)),
    };
  }
}

interface Change {
  readonly name: string;
  readonly query: string;
  readonly relation: () => Promise<Relation | undefined>;
}

function namesIn(sql: string): ReadonlySet<string> {
  return new Set(tokensOf(sql).map(({ text }) => nameIn(text)));
}

function nameIn(text: string): string {
  return nameOf(text).toLowerCase();
}

function renamed({ schema, rows }: Relation, columns: string | undefined): Relation {
  if (columns === undefined) return { schema, rows };
  const names = columns.slice(1, -1).split(",").map((name) => nameOf(name.trim()));
  return { schema: schema.map(({ type }, index) => ({ name: names[index]!, type })), rows };
}

/** Undefined where a column is not just a name and a type that the program has. */
function emptyTable(sql: string): Relation | undefined {
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ text }) => text === "(");
  const schema = splitAtCommas(tokens, open + 1, closing(tokens, open)).map(([name, ...type]) => ({
    name: nameOf(name!.text),
    type: typeFromText(textOf(sql, type)),
  }));
  // Spark pads a CHAR where a table is written.
  if (tokens.some(({ text }) => /^(?:var)?char$/i.test(text))) return undefined;
  return schema.every(({ type }) => type !== undefined) ? { schema: schema as Schema, rows: [] } : undefined;
}

/** A table with more rows, cast to its types. */
async function filled({ schema, rows }: Relation, more: Relation): Promise<Relation> {
  const source = {
    rows: more.rows,
    schema: more.schema.map(({ type }, index) => ({ name: `c${index}`, type })),
  };
  const casts = schema.map(({ type }, index) => `CAST(c${index} AS ${typeName(type)})`);
  const cast = await runStatement(
    `SELECT ${casts.join(", ")} FROM source`,
    new Map([["source", source]]),
    "UTC",
  );
  return { schema, rows: [...rows, ...cast.rows] };
}
