/** The topics that a stream reads: by name, or all whose name matches a pattern, including new ones. */
import { RE2JS } from "re2js";

/** See the module's description. */
export type TopicSelection =
  | { readonly kind: "names"; readonly topics: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string };

/** Tells whether a topic is selected. A pattern has to match the full name, as in Kafka. */
export function topicFilter(selection: TopicSelection): (topic: string) => boolean {
  if (selection.kind === "names") return (topic) => selection.topics.includes(topic);
  const pattern = RE2JS.compile(selection.pattern);
  return (topic) => pattern.matcher(topic).matches();
}

/**
 * A selection as Spark writes it; equal for equal selections.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(selectionText({ kind: "names", topics: ["b", "a"] }), "Subscribe[a, b]");
 * equal(selectionText({ kind: "pattern", pattern: "calls-.*" }), "SubscribePattern[calls-.*]");
 * ```
 */
export function selectionText(selection: TopicSelection): string {
  return selection.kind === "names"
    ? `Subscribe[${selection.topics.toSorted().join(", ")}]`
    : `SubscribePattern[${selection.pattern}]`;
}

/** A selection for use in a message. */
export function topicsText(selection: TopicSelection): string {
  return selection.kind === "names" ? selection.topics.join(", ") : `topics matching ${selection.pattern}`;
}

/** The distinct selections of several streams. */
export function distinctSelections(selections: readonly TopicSelection[]): TopicSelection[] {
  return [...new Map(selections.map((selection) => [selectionText(selection), selection])).values()];
}
