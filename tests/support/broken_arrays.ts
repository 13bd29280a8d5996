/**
 * Arrays of objects, one of which is damaged, and what a naive reader makes of them: it knows the elements as they
 * were written, so it needs no idea of how one that is broken could be told from the others.
 */
import fc from "fast-check";

/** An array as text, with the texts of its elements before one was damaged. */
export interface BrokenArray {
  readonly text: string;
  /** Each element without white space. */
  readonly elements: readonly string[];
  readonly broken: number;
  /** Whether an opening bracket is missing, and perhaps not the one that belongs to it. */
  readonly losesOpener: boolean;
}

/** Numbers every object, inner ones too, so that no two are alike. */
function numbered(value: unknown, next: { n: number }): unknown {
  if (Array.isArray(value)) return value.map((inner) => numbered(inner, next));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, numbered(inner, next)]);
  return Object.fromEntries([["id", `n${next.n++}`], ...entries]);
}

/** Texts with what could be taken for the syntax around them. */
const strings = fc.string({ unit: fc.constantFrom(...'ab{}[]",:\\ \n1é'), maxLength: 8 });
const scalars = fc.oneof(strings, fc.integer(), fc.constantFrom(true, null, 1.5e-3));

/** Objects with inner objects and arrays of them: of any members, of the same for all, or like the outer ones. */
const shapes: readonly fc.Arbitrary<object>[] = [
  fc.letrec<{ value: unknown; object: object }>((tie) => ({
    value: fc.oneof({ depthSize: "small" }, scalars, fc.array(tie("value"), { maxLength: 3 }), tie("object")),
    object: fc.dictionary(strings, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  })).object,
  fc.record({
    name: strings,
    items: fc.array(fc.record({ name: strings }, { noNullPrototype: true }), { maxLength: 4 }),
  }, {
    noNullPrototype: true,
  }),
  fc.record({ name: strings, city: strings, note: strings }, { noNullPrototype: true }),
  fc.letrec<{ tree: object }>((tie) => ({
    tree: fc.record({
      name: strings,
      inner: fc.oneof({ depthSize: "small" }, fc.constant([]), fc.array(tie("tree"), { maxLength: 3 })),
    }, {
      noNullPrototype: true,
    }),
  })).tree,
];

/** One contiguous change of a text. */
export interface Damage {
  /** Shares of the text: where it is, and how much is gone. */
  readonly at: number;
  readonly gone: number;
  readonly added: string;
}

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Cuts of an end, of a few bytes or of none, and what has come instead. */
export const damages: fc.Arbitrary<Damage> = fc.record({
  at: share,
  gone: fc.oneof(fc.constantFrom(0, 1), share),
  added: fc.constantFrom(
    ...[
      "",
      "",
      "NaN",
      "x",
      "\n",
      "\t",
      "\\",
      ",",
      ":",
      '"',
      '"x',
      "{",
      "}",
      "[",
      "]",
      "}}",
      "]}",
      "}{",
      "],",
    ],
  ),
});

function damage(
  text: string,
  { at, gone, added }: Damage,
): { readonly text: string; readonly losesOpener: boolean } {
  const start = Math.floor(at * text.length);
  // A whole number is so many characters, a share is of what is left.
  const end = start + (Number.isInteger(gone) ? gone : Math.ceil(gone * (text.length - start)));
  return {
    text: text.slice(0, start) + added + text.slice(end),
    losesOpener: end < text.length && /[{[]/.test(text.slice(start, end)),
  };
}

/** Arrays of up to eight elements, written in one line, one a line, or indented. */
export const brokenArrays: fc.Arbitrary<BrokenArray> = fc.record({
  objects: fc.oneof(...shapes.map((shape) => fc.array(shape, { minLength: 1, maxLength: 8 }))),
  broken: fc.nat(),
  damage: damages,
  indent: fc.constantFrom(0, 0, 2),
  separator: fc.constantFrom(",", ",\n", "\n,", " ,\r\n "),
}).map(({ objects, broken, damage: how, indent, separator }) => {
  const next = { n: 0 };
  const all = objects.map((object) => numbered(object, next));
  const at = broken % all.length;
  const written = all.map((value) => JSON.stringify(value, null, indent));
  const damaged = damage(written[at]!, how);
  written[at] = damaged.text;
  return {
    text: `[${written.join(separator)}]`,
    elements: all.map((value) => JSON.stringify(value)),
    broken: at,
    losesOpener: damaged.losesOpener,
  };
});

/** The elements of a text that is JSON in spite of all; undefined where it is none. */
export function parsed(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((element) => JSON.stringify(element)) : undefined;
  } catch {
    return undefined;
  }
}
