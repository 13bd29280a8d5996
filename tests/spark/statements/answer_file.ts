/**
 * Reads the answers of Spark's SQL query tests: a `.sql.out` file has each statement with the schema and the rows
 * that Spark gave, or its error.
 */

/** A statement, and what Spark made of it. */
export interface Statement {
  /** The file, from the folder of all answers. */
  readonly file: string;
  /** Its place in the file, from 1. */
  readonly number: number;
  readonly sql: string;
  readonly answer: SparkAnswer;
}

/** Spark's answer: a result, or the class of an error. */
export type SparkAnswer =
  | { readonly kind: "result"; readonly schema: string; readonly rows: string }
  | { readonly kind: "error"; readonly errorClass: string };

const SECTION = /^-- !query\n([^]*?)\n-- !query schema\n([^]*?)\n-- !query output\n([^]*)$/;
const ERROR = /^(?:[a-z]\w*\.)+[A-Z]\w*(?:\n|$)/;

/** The statements of a file. @throws {Error} if a section cannot be read. */
export function readAnswers(file: string, text: string): Statement[] {
  const sections = text.split(/^(?=-- !query\n)/m).slice(1);
  return sections.map((section, index) => {
    const parts = SECTION.exec(section);
    if (parts === null) throw new Error(`${file}: section ${index + 1} is not a statement with its answer`);
    const [, sql, schema, output] = parts as unknown as [string, string, string, string];
    return { file, number: index + 1, sql, answer: answerOf(schema, output.replace(/\s+$/, "")) };
  });
}

function answerOf(schema: string, output: string): SparkAnswer {
  const isError = schema === "struct<>" && ERROR.test(output);
  if (!isError) return { kind: "result", schema, rows: output };
  const errorClass = /"(?:errorClass|condition)" : "([^"]+)"/.exec(output)?.[1] ?? output.split("\n", 1)[0]!;
  return { kind: "error", errorClass };
}
