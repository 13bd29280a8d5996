/** Which topics a stream reads: some by their names, or all whose name fits a pattern, also those to come. */
import { RE2JS } from "re2js";

/** See the module's description. */
export type TopicSelection =
  | { readonly kind: "names"; readonly topics: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string };

/** Says of a topic whether it is selected. A pattern has to fit the whole name, as in Kafka. */
export function topicFilter(selection: TopicSelection): (topic: string) => boolean {
  if (selection.kind === "names") return (topic) => selection.topics.includes(topic);
  const pattern = RE2JS.compile(selection.pattern);
  return (topic) => pattern.matcher(topic).matches();
}

/**
 * A selection as Spark writes it; equal for two that select the same.
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

/** A selection in a sentence for people. */
export function topicsText(selection: TopicSelection): string {
  return selection.kind === "names" ? selection.topics.join(", ") : `topics matching ${selection.pattern}`;
}

/** What several streams select together, each selection once. */
export function distinctSelections(selections: readonly TopicSelection[]): TopicSelection[] {
  return [...new Map(selections.map((selection) => [selectionText(selection), selection])).values()];
}
