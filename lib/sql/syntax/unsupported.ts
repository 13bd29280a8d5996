/**
 * The forms of Spark's SQL that are not supported, each with what to use instead. The grammar recognizes most of
 * them, so that they are refused by their names, not as syntax errors. `docs/sql.md` lists them; code stands in
 * backticks, which messages omit.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import type { TextRange } from "./ast.ts";
import { sqlError } from "./sql_error.ts";

/** A form that is not supported. */
export interface UnsupportedForm {
  /** The subject of a sentence. */
  readonly form: string;
  /** What to use instead: a sentence. */
  readonly instead: string;
}

const PARTITIONS = "Remove it: the rows are the same without it.";
const LIST_COLUMNS = "List the columns.";

/** The forms, by the names that the grammar has for them. */
export const UNSUPPORTED_FORMS = {
  "WITH RECURSIVE": { form: "`WITH RECURSIVE`", instead: "Use `WITH`; no query can read its own rows." },
  TRANSFORM: {
    form: "a script with `TRANSFORM`, `MAP` or `REDUCE`",
    instead: "Pipe the rows of `--sink ndjson` to a program.",
  },
  "table function": {
    form: "this function in `FROM`",
    instead: "Read a stream, and join it with `LATERAL explode(…)`, or another function that makes rows.",
  },
  "AS OF": { form: "time travel with `AS OF`", instead: "Start at a time with `starting_offsets`." },
  PIVOT: {
    form: "`PIVOT`",
    instead: "Use an aggregate for each column: `count(*) FILTER (WHERE city = 'A') AS a`.",
  },
  UNPIVOT: { form: "`UNPIVOT`", instead: "Use `UNION ALL` with a SELECT for each column." },
  TABLESAMPLE: { form: "`TABLESAMPLE`", instead: "Use a condition, such as `WHERE id % 10 = 0`." },
  "CLUSTER BY": { form: "`CLUSTER BY`", instead: PARTITIONS },
  "DISTRIBUTE BY": { form: "`DISTRIBUTE BY`", instead: PARTITIONS },
  "SORT BY": { form: "`SORT BY`", instead: "Use `ORDER BY` with output mode complete." },
  OVER: {
    form: "a window function with `OVER`",
    instead: "Group by a time window, `window(time, '1 hour')`.",
  },
  WINDOW: { form: "the `WINDOW` clause", instead: "Group by a time window, `window(time, '1 hour')`." },
  "named argument": { form: "a named argument, `name => value`,", instead: "Give the arguments in order." },
  ".*": { form: "`.*` in an argument", instead: "Name the fields, such as `window.start`." },
  "* in a list": { form: "`*` in a list of expressions", instead: LIST_COLUMNS },
  "EXCEPT of a field": { form: "a name with a dot in `EXCEPT (…)`", instead: LIST_COLUMNS },
  COLLATE: { form: "`COLLATE`", instead: "Compare texts with `lower(text)`." },
  IDENTIFIER: { form: "`IDENTIFIER(…)`", instead: "Write the name itself." },
  "function of a database": {
    form: "a function of a database, `name.function(…)`,",
    instead: "Use a built-in function.",
  },
  parameter: { form: "a parameter, `:name` or `?`,", instead: "Write the value itself." },
} satisfies Readonly<Record<string, UnsupportedForm>>;

/** The statements of Spark that are no queries, by their first words, and what to use instead of each. */
export const UNSUPPORTED_STATEMENTS: readonly {
  readonly words: readonly string[];
  readonly instead: string;
}[] = [
  {
    words: ["INSERT", "MERGE", "UPDATE", "DELETE", "LOAD"],
    instead: "The rows of a query go to its sink: `--sink`, or `sink` in `[query.NAME]`.",
  },
  {
    words: ["CREATE", "REPLACE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "DECLARE"],
    instead: "Declare streams and tables in the configuration; use `WITH` instead of a view.",
  },
  { words: ["EXPLAIN"], instead: "Use `sfcrime analyze --explain`." },
  {
    words: ["SHOW", "DESCRIBE", "DESC", "SET", "RESET", "USE"],
    instead: "`sfcrime config show` prints all settings, streams, tables and queries.",
  },
  {
    words: "ADD ANALYZE CACHE CALL CLEAR EXECUTE LIST MSCK REFRESH REPAIR UNCACHE".split(" "),
    instead: "A query is a SELECT.",
  },
];

/** Whether a word begins a statement that is not a query. */
export function isStatement(word: string): boolean {
  return UNSUPPORTED_STATEMENTS.some(({ words }) => words.includes(word.toUpperCase()));
}

/** The name of a form, or the first word of a statement in upper case. */
export type UnsupportedName = keyof typeof UNSUPPORTED_FORMS | (string & Record<never, never>);

/** The error for a form or statement that is not supported. */
export function unsupported(sql: string, at: TextRange, name: UnsupportedName): SfcrimeError {
  const { form, instead } = (UNSUPPORTED_FORMS as Readonly<Record<string, UnsupportedForm>>)[name] ??
    { form: name, ...UNSUPPORTED_STATEMENTS.find(({ words }) => words.includes(name))! };
  return sqlError(sql, at, `${plain(form)} is not supported.`, plain(instead));
}

function plain(text: string): string {
  return text.replaceAll("`", "");
}
