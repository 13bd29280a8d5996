/** What `make.ts` has had written, and what the batches in `batches.json` must therefore hold. */

/** A record, in texts. */
export interface GoldenRecord {
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
}

/** 2018-12-31T23:57:00Z. */
const START_MS = 1_546_300_620_000;

/** Longer than one of the 32 KiB blocks that Java's snappy writes, and easy to compress. */
const LONG_KEY = "long";
const LONG = "Traffic Stop · Geary Bl/divisadero St ".repeat(1_100);

/** Written by Java's producer with each codec, in one batch: times that go back, nulls, empty texts, headers. */
export const JAVA_RECORDS: readonly GoldenRecord[] = [
  { timestampMs: START_MS, key: "183653763", value: '{"state":"CA"}', headers: [] },
  { timestampMs: START_MS - 86_400_000, key: null, value: "no key", headers: [["trace", "a1"]] },
  { timestampMs: START_MS + 1, key: "no value", value: null, headers: [] },
  { timestampMs: 1, key: "", value: "", headers: [["empty", ""], ["null", null], ["empty", "twice"]] },
  { timestampMs: START_MS + 7_200_000, key: LONG_KEY, value: LONG, headers: [["größe", "überlang ✓"]] },
];

/** Written by kcat with each codec: it knows one set of headers for all, and the time is its own. */
export const KCAT_RECORDS: readonly Omit<GoldenRecord, "timestampMs">[] = [
  { key: "183653763", value: '{"state":"CA"}' },
  { key: "no value", value: null },
  { key: "größe ✓", value: "a\tb" },
  { key: LONG_KEY, value: LONG },
].map((record) => ({ ...record, headers: [["from", "kcat"], ["n", "2"]] as const }));

/** Without a codec the long record would only make the fixture long. */
export function recordsFor<R extends { readonly key: string | null }>(
  codec: string,
  records: readonly R[],
): R[] {
  return records.filter(({ key }) => codec !== "none" || key !== LONG_KEY);
}

/** A step of the producers in the topic with transactions; a record's value is its place in this list. */
export const TRANSACTION_STEPS: readonly (readonly [
  verb: "begin" | "write" | "commit" | "abort",
  producer: "plain" | "left" | "right",
])[] = [
  ["write", "plain"],
  ["begin", "left"],
  ["write", "left"],
  ["begin", "right"],
  ["write", "right"],
  ["write", "plain"],
  ["write", "left"],
  ["abort", "left"],
  ["write", "right"],
  ["begin", "left"],
  ["write", "left"],
  ["commit", "right"],
  ["commit", "left"],
  ["begin", "right"],
  ["write", "right"],
  ["write", "plain"],
  ["abort", "right"],
  ["begin", "right"],
  ["write", "right"],
  ["begin", "left"],
  ["write", "left"],
  ["abort", "left"],
  ["commit", "right"],
  ["write", "plain"],
];
