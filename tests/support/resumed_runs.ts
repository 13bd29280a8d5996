/** Runs of `produce` that are killed and resumed. */
import { join } from "node:path";
import type { Broker } from "../../lib/broker/broker.ts";
import type { Workplace } from "./workplace.ts";

/** An input of numbered records, from one number up to another: some share keys, and some have none. */
export function numberedLines(from: number, to: number): string {
  const lines: string[] = [];
  for (let n = from; n < to; n++) {
    const key = n % 10 === 0 ? null : `key-${n % 997}`;
    lines.push(`${JSON.stringify({ n, key, padding: "x".repeat(n % 100) })}\n`);
  }
  return lines.join("");
}

/** Writes an input to the directory of a place; gives its path. */
export async function writeInput(place: Workplace, content: string): Promise<string> {
  const path = join(place.directory, "input.ndjson");
  await Deno.writeTextFile(path, content);
  return path;
}

/** How many records a topic has. */
export async function recordCount(broker: Broker, topic: string): Promise<number> {
  return [...(await broker.listOffsets(topic, "latest")).values()].reduce((sum, end) => sum + end, 0);
}

/** Starts a run, and kills it with SIGKILL when the topic, which exists before, has so many records. */
export async function killAt(
  place: Workplace,
  args: readonly string[],
  { broker, count }: { readonly broker: Broker; readonly count: number },
): Promise<void> {
  const program = place.start(args);
  let hasEnded = false;
  const ended = program.ended().then((result) => {
    hasEnded = true;
    return result;
  });
  const { signal } = new AbortController();
  for (let positions = new Map<number, number>();;) {
    if (hasEnded) throw new Error(`The run has ended before it was killed:\n${(await ended).stderr}`);
    const { topic } = place;
    const ends = (await broker.waitForData(new Map([[topic, positions]]), { timeoutMs: 1_000, signal })).get(
      topic,
    )!;
    positions = new Map(ends);
    if ([...ends.values()].reduce((sum, end) => sum + end, 0) >= count) break;
  }
  program.kill("SIGKILL");
  await ended;
}
