/**
 * Expressions of the dialect over the columns of `COLUMNS`, by what they give. Few of them fail on any row: a query
 * that ends early on both engines proves little.
 */
import type { Random } from "../random.ts";
import { AGGREGATE_GROUPS, BAG, FILTER_PLACE, ORDERED_AGGREGATES } from "./templates/aggregates.ts";
import { type Kind, TEMPLATES, WORDS } from "./templates/mod.ts";

/** What can be a key of GROUP BY, and an element of a list. */
const SIMPLE_KINDS: readonly Kind[] = [
  ..."text text integer integer big double single decimal date time".split(" ") as Kind[],
  ..."condition span local months".split(" ") as Kind[],
];

const ARRAY_KINDS: readonly Kind[] = ["list", "numbers"];

/** Something that few rows have for themselves. */
const KEYS = [
  ..."$k $k $k $b $y $h upper($k) left($k,1) ($i%3) quarter($y) hour($at) isnull($s) sign($d)".split(" "),
  "coalesce($k, $s)",
  "CASE WHEN {condition} THEN 'yes' ELSE $k END",
  "CAST($at AS DATE)",
  "$e",
  "CAST($e AS DATE)",
  "date_trunc('year', $e)",
  "date_trunc('hour', $at)",
  "trunc($y, 'MM')",
  "$dev",
  "$dev.pos",
  "$dev.pos.day",
  "$items",
  "$p",
  "abs($p)",
  "$z",
  "date_trunc('hour', $z)",
  "($y - DATE '2018-12-31')",
  "$attrs.x",
  "named_struct('k', $k, 'b', $b)",
  "array($k, NULL)",
  "get($items, 0)",
  "round(try_cast($d AS DECIMAL(9,2)), -2)",
  "{condition}",
];

/** Functions of any type; the first arguments of `if` and `nvl2` are of any other. */
const CHOICES = [
  "coalesce(#, #)",
  "coalesce(NULL, #, #)",
  "nvl(#, #)",
  "ifnull(#, #)",
  "nullif(#, #)",
  "if({condition}, #, #)",
  "nvl2({any}, #, #)",
  "CASE WHEN {condition} THEN # WHEN {condition} THEN # ELSE # END",
  "CASE WHEN {condition} THEN # END",
  "CASE $k WHEN 'a' THEN # WHEN 'b' THEN # END",
];

/** The same, where the values have an order that both engines agree on. */
const EXTREMES = ["greatest(#, #)", "least(#, #, #)"];

/** All forms of calls, with the kind that they give. */
const FORMS = [
  ...Object.entries(TEMPLATES).flatMap(([kind, { calls }]) =>
    calls.map((template) => ({ kind: kind as Kind, template }))
  ),
  ...[...CHOICES, ...EXTREMES].map((template) => ({ kind: "text" as const, template })),
];
const AGGREGATE_FORMS = AGGREGATE_GROUPS.flat();

const PLACEHOLDER = /\$([a-z]+)|\{(-?\d+)\.\.(-?\d+)\}|\{([a-z]+)\}|#/g;

/** How expressions name columns. */
export interface ColumnNaming {
  /** Such as `t.`. None where it is absent. */
  readonly qualifier?: string;
  /** What stands for the event time. */
  readonly at?: string;
}

/** Makes expressions over columns. */
export class Expressions {
  readonly #random: Random;
  readonly #qualifier: string;
  readonly #at: string;

  constructor(random: Random, { qualifier = "", at = `${qualifier}at` }: ColumnNaming = {}) {
    this.#random = random;
    this.#qualifier = qualifier;
    this.#at = at;
  }

  /** An expression of a kind. */
  of(kind: Kind, depth = 2): string {
    const random = this.#random;
    const { leaves, calls } = TEMPLATES[kind];
    if (depth <= 0) return this.#filled(random.pick(leaves), { kind, depth });
    const choices = random.chance(0.8) ? CHOICES : EXTREMES;
    return random.oneOf(
      () => this.of(kind, 0),
      () => this.#filled(random.pick(choices), { kind, depth }),
      () => this.#filled(random.pick(calls), { kind, depth }),
      () => this.#filled(random.pick(calls), { kind, depth }),
      () => this.#filled(random.pick(calls), { kind, depth }),
    );
  }

  /** Any type that can be selected, grouped by and compared. */
  simple(depth = 2): string {
    return this.of(this.#random.pick(SIMPLE_KINDS), depth);
  }

  /** Any type that can be selected and compared. */
  any(depth = 2): string {
    return this.#random.chance(0.1) ? this.of(this.#random.pick(ARRAY_KINDS), depth) : this.simple(depth);
  }

  /** A call; the forms take their turns, so that every one comes up in `FORMS.length` turns. */
  inTurn(turn: number): string {
    const { kind, template } = FORMS[turn % FORMS.length]!;
    return this.#filled(template, { kind, depth: 2 });
  }

  /** Something that few rows have for themselves. */
  key(): string {
    return this.#filled(this.#random.pick(KEYS), { kind: "text", depth: 2 });
  }

  condition(depth = 2): string {
    return this.of("condition", depth);
  }

  /**
   * An aggregate call with its alias, or without one; its result does not depend on the order of the rows, but for
   * the last digits of a double, and the order of a bag.
   */
  aggregate(index: number): string {
    return this.#aggregate(index, this.#random.pick(this.#random.pick(AGGREGATE_GROUPS)));
  }

  /** An aggregate call; their forms take turns, too. */
  aggregateInTurn(index: number, turn: number): string {
    return this.#aggregate(index, AGGREGATE_FORMS[turn % AGGREGATE_FORMS.length]!);
  }

  /** An aggregate call whose result depends on the order of the rows. */
  orderedAggregate(): string {
    return `${this.#filled(this.#random.pick(ORDERED_AGGREGATES), { kind: "text", depth: 1 })} AS o`;
  }

  #aggregate(index: number, template: string): string {
    const random = this.#random;
    const call = this.#filled(template, { kind: "text", depth: 2 });
    const filter = random.chance(0.15) ? ` FILTER (WHERE ${this.condition(1)})` : "";
    const filtered = call.includes(FILTER_PLACE) ? call.replace(FILTER_PLACE, filter) : call + filter;
    if (/^(?:collect_|array_agg)/.test(call)) return `${filtered} AS ${BAG}${index}`;
    return random.chance(0.4) ? filtered : `${filtered} AS a${index}`;
  }

  /** A template with its places filled: see `templates/mod.ts`. */
  #filled(template: string, { kind, depth }: { readonly kind: Kind; readonly depth: number }): string {
    return template.replaceAll(
      PLACEHOLDER,
      (_whole, column?: string, least?: string, most?: string, name?: string) => {
        if (column === "at") return this.#at;
        if (column !== undefined) return this.#qualifier + column;
        if (least !== undefined) return String(this.#random.int(Number(least), Number(most)));
        if (name === undefined) return this.of(kind, depth - 1);
        if (name === "any") return this.any(depth - 1);
        if (name === "simple") return this.simple(depth - 1);
        const words = WORDS[name];
        if (words === undefined) return this.of(name as Kind, depth - 1);
        return this.#filled(this.#random.pick(words), { kind, depth: depth - 1 });
      },
    );
  }
}
