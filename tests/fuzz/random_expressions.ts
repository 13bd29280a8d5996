/** Expressions of the dialect, by type, over the columns of `COLUMNS`. None of them fails on any row. */
import type { Random } from "./random.ts";

/** Makes expressions over columns with a qualifier such as `t.`, or none. */
export class Expressions {
  readonly #random: Random;
  readonly #of: string;

  constructor(random: Random, qualifier = "") {
    this.#random = random;
    this.#of = qualifier;
  }

  /** Any type that can be selected, grouped by and compared. */
  any(depth = 2): string {
    return this.#random.oneOf(
      () => this.text(depth),
      () => this.integer(depth),
      () => this.double(depth),
      () => this.condition(depth - 1),
      () => `${this.#of}at`,
      () => `CAST(${this.#of}at AS DATE)`,
      () => this.#random.pick([`${this.#of}y`, `${this.#of}l`]),
    );
  }

  /** Something that few rows have for themselves. */
  key(): string {
    return this.#random.oneOf(
      () => `${this.#of}k`,
      () => `${this.#of}k`,
      () => `${this.#of}b`,
      () => `${this.#of}y`,
      () => `upper(${this.#of}k)`,
      () => `${this.#of}i % 3`,
      () => `coalesce(${this.#of}k, ${this.#of}s)`,
      () => `CASE WHEN ${this.condition(1)} THEN 'yes' ELSE ${this.#of}k END`,
      () => `CAST(${this.#of}at AS DATE)`,
      () => this.condition(1),
    );
  }

  text(depth = 2): string {
    const random = this.#random;
    if (depth <= 0) return random.pick([`${this.#of}k`, `${this.#of}s`, "'a'", "'é '", "''", "NULL || 'x'"]);
    return random.oneOf(
      () => this.text(0),
      () => `${random.pick(["upper", "lower", "trim"])}(${this.text(depth - 1)})`,
      () => `concat(${this.text(depth - 1)}, ${this.text(depth - 1)})`,
      () => `(${this.text(depth - 1)} || '-')`,
      () => `coalesce(${this.text(depth - 1)}, ${this.text(depth - 1)})`,
      () => `CAST(${this.integer(depth - 1)} AS STRING)`,
      () => `CAST(${this.double(depth - 1)} AS STRING)`,
      () => `CAST(${random.pick(["at", "y", "b", "l"].map((name) => this.#of + name))} AS STRING)`,
      () =>
        `CASE WHEN ${this.condition(depth - 1)} THEN ${this.text(depth - 1)} ELSE ${
          this.text(depth - 1)
        } END`,
    );
  }

  integer(depth = 2): string {
    const random = this.#random;
    if (depth <= 0) return random.pick([`${this.#of}i`, `${this.#of}i`, "1", "0", "-7"]);
    return random.oneOf(
      () => this.integer(0),
      () => `length(${this.text(depth - 1)})`,
      () => `(${this.integer(0)} ${random.pick(["+", "-", "*"])} ${this.integer(0)})`,
      () => `${this.integer(0)} % ${random.pick([2, 3, 7, -5])}`,
      () => `-(${this.integer(0)})`,
      () => `try_cast(${this.text(depth - 1)} AS INT)`,
      () => `coalesce(${this.integer(depth - 1)}, 0)`,
      () => `CASE ${this.#of}k WHEN 'a' THEN ${this.integer(depth - 1)} WHEN 'b' THEN 2 END`,
    );
  }

  double(depth = 2): string {
    const random = this.#random;
    if (depth <= 0) return random.pick([`${this.#of}d`, `${this.#of}d`, "0.5D", "CAST('NaN' AS DOUBLE)"]);
    return random.oneOf(
      () => this.double(0),
      () => `(${this.double(depth - 1)} ${random.pick(["+", "-", "*"])} ${this.double(0)})`,
      () => `${this.integer(depth - 1)} / ${random.pick([2, 4, 8])}`,
      () => `CAST(${this.#of}l AS DOUBLE)`,
      () => `try_cast(${this.text(depth - 1)} AS DOUBLE)`,
    );
  }

  condition(depth = 2): string {
    const random = this.#random;
    const comparison = () => random.pick(["=", "<", "<=", ">", ">=", "<>", "<=>"]);
    if (depth <= 0) {
      return random.oneOf(
        () => `${this.#of}b`,
        () => `${this.#of}i ${comparison()} ${random.int(-500, 500)}`,
        () => `${this.#of}k ${comparison()} 'b'`,
        () => `${this.#of}k IS ${random.chance(0.5) ? "NOT " : ""}NULL`,
        () => `${this.#of}at ${comparison()} '2018-12-31 11:00:00'`,
      );
    }
    return random.oneOf(
      () => this.condition(0),
      () => `(${this.condition(depth - 1)} ${random.pick(["AND", "OR"])} ${this.condition(depth - 1)})`,
      () => `NOT (${this.condition(depth - 1)})`,
      () => `${this.text(depth - 1)} ${comparison()} ${this.text(depth - 1)}`,
      () => `${this.integer(depth - 1)} ${comparison()} ${this.double(depth - 1)}`,
      () => `${this.integer(depth - 1)} ${random.chance(0.3) ? "NOT " : ""}IN (1, 2, ${random.int(-9, 9)})`,
      () => `${this.text(0)} IN ('a', 'B', '')`,
      () => `${this.integer(depth - 1)} BETWEEN ${random.int(-300, 0)} AND ${random.int(0, 300)}`,
      () => `${this.text(depth - 1)} LIKE ${random.pick(["'a%'", "'%_'", "'%a%'", "'_'", "'100\\%%'"])}`,
      () => `${this.text(0)} RLIKE ${random.pick(["'^[a-c]$'", "'\\\\d+'", "'^$'", "'[^a]'"])}`,
      () => `(${this.any(depth - 1)}) IS NOT NULL`,
    );
  }

  /** An aggregate call; its result does not depend on the order of the rows, but for the last digits of a double. */
  aggregate(): string {
    const random = this.#random;
    const call = random.oneOf(
      () => "count(*)",
      () => `count(${this.any(1)})`,
      () => `sum(${random.pick([`${this.#of}i`, `${this.#of}l`, `${this.#of}d`, this.integer(1)])})`,
      () => `avg(${random.pick([`${this.#of}i`, `${this.#of}d`, `${this.#of}l`])})`,
      () => `${random.pick(["min", "max"])}(${this.any(1)})`,
    );
    return random.chance(0.15) ? `${call} FILTER (WHERE ${this.condition(1)})` : call;
  }
}
