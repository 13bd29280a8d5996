/** What the program must answer on the sample, counted here without it, for the source and the executable alike. */
import { deepEqual, equal, ok } from "assert";
import { run, type RunOptions, type RunResult } from "../support/program.ts";
import { sampleCalls } from "../support/calls.ts";

/** Rows of NDJSON. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** The objects that stand on lines of their own. */
export function jsonLines(text: string): JsonRow[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as JsonRow);
}

/** Runs the program, and fails with what it said when it does not end well. */
export async function runWell(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const result = await run(args, options);
  equal(result.code, 0, `sfcrime ${args.join(" ")}\n${result.stderr}`);
  return result;
}

/** `by_type`, counted one by one. */
export function countedByType(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { original_crime_type_name: type } of sampleCalls()) {
    counts.set(type!, (counts.get(type!) ?? 0) + 1);
  }
  return counts;
}

/** `with_disposition`, looked up one by one, in the order of the sample. */
export function joinedCalls(): JsonRow[] {
  const codes = JSON.parse(
    Deno.readTextFileSync(new URL("../../config/radio_code.json", import.meta.url)),
  ) as { readonly disposition_code: string; readonly description: string }[];
  const descriptions = new Map(
    codes.map(({ disposition_code, description }) => [disposition_code, description]),
  );
  return sampleCalls().map((call) => ({
    call_date_time: `${call["call_date_time"]}Z`,
    original_crime_type_name: call["original_crime_type_name"],
    description: descriptions.get(call["disposition"]!) ?? null,
  }));
}

/** Rows as text, in an order of their own, so that two answers can be compared whatever order they came in. */
export function canonical(rows: readonly JsonRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** Checks rows of `by_type`: each type once, with its count, and the most frequent first. */
export function checkByType(rows: readonly JsonRow[]): void {
  const counts = countedByType();
  equal(rows.length, counts.size);
  deepEqual(
    new Map(rows.map((row) => [row["original_crime_type_name"], row["count"]])),
    counts,
  );
  rows.forEach((row, index) => {
    if (index > 0) ok(Number(rows[index - 1]!["count"]) >= Number(row["count"]), JSON.stringify(row));
  });
}

/** Checks rows of `with_disposition`. */
export function checkWithDisposition(rows: readonly JsonRow[]): void {
  equal(rows.length, 6_802);
  equal(rows.filter(({ description }) => description === null).length, 700);
  deepEqual(canonical(rows), canonical(joinedCalls()));
}

/** Checks what the demo prints where there is no terminal. */
export function checkDemo({ code, stdout, stderr }: RunResult): void {
  equal(code, 0, stderr);
  equal(stderr, "");
  ok(!stdout.includes("\u001b"), "no terminal, no control sequences");
  for (const [type, count] of [["Passing Call", 1_283], ["Traffic Stop", 543], ["Suspicious Person", 325]]) {
    ok(new RegExp(`^\\|${type} +\\| *${count}\\|$`, "m").test(stdout), stdout);
  }
  for (const words of [/\b6,802 calls\b/, /\b415 types\b/, /\b700 calls \(10\.3%\) without a radio code/]) {
    ok(words.test(stdout), stdout);
  }
}
