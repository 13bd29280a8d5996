/**
 * Conditions and orders in SoQL, the language of Socrata's API, as far as its documentation has them for text and times:
 * https://dev.socrata.com/docs/queries/where and https://dev.socrata.com/docs/datatypes/floating_timestamp.
 */

/** A row of a data set. */
export type SoqlRow = Readonly<Record<string, unknown>>;

/** What a statement gets wrong, with the code that the API has for it. */
export class SoqlError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Value = string | number | null;
type Read = (row: SoqlRow) => Value;
/** Null where it is unknown, as in SQL. */
type Test = (row: SoqlRow) => boolean | null;

const TOKEN = /\s*(?:('(?:[^']|'')*')|(:?[a-z_@]\w*)|(\d+(?:\.\d+)?)|(<=|>=|!=|<>|[=<>(),]))/giy;

/** The rows for which a condition holds. */
export function soqlCondition(where: string, fields: readonly string[]): (row: SoqlRow) => boolean {
  const parser = new Parser(where, fields);
  const test = parser.disjunction();
  parser.end();
  return (row) => test(row) === true;
}

/** Sorts rows by columns, each with ASC or DESC; nulls are last. */
export function soqlOrder(
  order: string,
  fields: readonly string[],
): (left: SoqlRow, right: SoqlRow) => number {
  const columns = order.split(",").map((part) => {
    const [name = "", direction = "asc"] = part.trim().split(/\s+/);
    return { name: knownColumn(name, fields), sign: direction.toLowerCase() === "desc" ? -1 : 1 };
  });
  return (left, right) => {
    for (const { name, sign } of columns) {
      const compared = compare(valueIn(left, name), valueIn(right, name));
      if (compared !== 0) return sign * compared;
    }
    return 0;
  };
}

class Parser {
  readonly #tokens: string[] = [];
  readonly #fields: readonly string[];
  #at = 0;

  constructor(text: string, fields: readonly string[]) {
    this.#fields = fields;
    TOKEN.lastIndex = 0;
    let end = 0;
    for (const match of text.matchAll(TOKEN)) {
      this.#tokens.push(match[0].trim());
      end = match.index + match[0].length;
    }
    if (text.slice(end).trim() !== "") throw malformed(text.slice(end));
  }

  disjunction(): Test {
    let test = this.#conjunction();
    while (this.#take("or")) {
      const [left, right] = [test, this.#conjunction()];
      test = (row) => {
        const [one, other] = [left(row), right(row)];
        return one === true || other === true ? true : one === null || other === null ? null : false;
      };
    }
    return test;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw malformed(this.#tokens[this.#at]!);
  }

  #conjunction(): Test {
    let test = this.#comparison();
    while (this.#take("and")) {
      const [left, right] = [test, this.#comparison()];
      test = (row) => {
        const [one, other] = [left(row), right(row)];
        return one === false || other === false ? false : one === null || other === null ? null : true;
      };
    }
    return test;
  }

  #comparison(): Test {
    if (this.#take("(")) {
      const test = this.disjunction();
      if (!this.#take(")")) throw malformed(this.#tokens[this.#at] ?? "the end");
      return test;
    }
    const left = this.#value();
    if (this.#take("is")) {
      const isNegated = this.#take("not");
      if (!this.#take("null")) throw malformed(this.#tokens[this.#at] ?? "the end");
      return (row) => (left(row) === null) !== isNegated;
    }
    const operator = this.#tokens[this.#at++] ?? "";
    const holds = OPERATORS[operator];
    if (holds === undefined) throw malformed(operator);
    const right = this.#value();
    return (row) => {
      const [one, other] = [left(row), right(row)];
      return one === null || other === null ? null : holds(compare(one, other));
    };
  }

  #value(): Read {
    const token = this.#tokens[this.#at++] ?? "";
    if (token.startsWith("'")) {
      const text = token.slice(1, -1).replaceAll("''", "'");
      return () => text;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^[:a-z_]/i.test(token)) throw malformed(token);
    const name = knownColumn(token, this.#fields);
    return (row) => valueIn(row, name);
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

const OPERATORS: Readonly<Record<string, (compared: number) => boolean>> = {
  "=": (compared) => compared === 0,
  "!=": (compared) => compared !== 0,
  "<>": (compared) => compared !== 0,
  "<": (compared) => compared < 0,
  "<=": (compared) => compared <= 0,
  ">": (compared) => compared > 0,
  ">=": (compared) => compared >= 0,
};

function valueIn(row: SoqlRow, name: string): Value {
  const value = row[name];
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function compare(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? 1 : -1;
  return left < right ? -1 : 1;
}

function knownColumn(name: string, fields: readonly string[]): string {
  if (fields.includes(name)) return name;
  throw new SoqlError(
    "query.soql.no-such-column",
    `No such column: ${name}; position: Map(row -> 1, column -> 1)`,
  );
}

function malformed(at: string): SoqlError {
  return new SoqlError("query.compiler.malformed", `Could not parse SoQL query at ${JSON.stringify(at)}`);
}
