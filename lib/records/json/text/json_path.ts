/** The paths of `get_json_object`, such as `$.items[0].name`, as Spark reads them. */

/**
 * A step of a path. The path `$.*` has a wildcard without a key in front of it, which matches nothing; it is one of Spark's
 * rules nevertheless.
 */
export type PathStep =
  | { readonly kind: "key" }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "subscript" }
  | { readonly kind: "index"; readonly index: bigint }
  | { readonly kind: "wildcard" };

/** The parts of a path, by the parser of which they are in Spark. White space may be in front of words. */
const PART =
  /\s*(?:\.\*|\['\*'\])|\.\s*(?<name>[^.[]+)|\s*\['\s*(?<quoted>[^']+)\s*'\]|\[(?:(?<all>\*)|\s*(?<index>\d+))\]/y;

/** The steps of a path; undefined if it is not valid. */
export function parsePath(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: PathStep[] = [];
  let at = 1;
  while (at < path.length) {
    PART.lastIndex = at;
    const part = PART.exec(path);
    if (part === null) return /^\s*$/.test(path.slice(at)) ? steps : undefined;
    steps.push(...stepsOf(part.groups!));
    at = PART.lastIndex;
  }
  return steps;
}

function stepsOf({ name, quoted, all, index }: Readonly<Record<string, string | undefined>>): PathStep[] {
  if (name !== undefined || quoted !== undefined) {
    return [{ kind: "key" }, { kind: "named", name: name ?? quoted! }];
  }
  if (all !== undefined) return [{ kind: "subscript" }, { kind: "wildcard" }];
  return index === undefined
    ? [{ kind: "wildcard" }]
    : [{ kind: "subscript" }, { kind: "index", index: BigInt(index) }];
}
