/** Processes that are killed while they write to the embedded broker: what was confirmed is there, and whole. */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import type { Broker, ConsumedRecord } from "../../lib/broker/broker.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { openBroker } from "../support/brokers.ts";
import { sampleCalls } from "../support/calls.ts";
import { scriptWords, start } from "../support/program.ts";
import { lines, Workplace } from "../support/workplace.ts";

const TOPIC = "t";
const KILLS = 10;
const CONFIRMED_BEFORE_KILL_MAX = 30;

function startAppending(path: string, name: string, partition: number) {
  const [deno, ...args] = scriptWords("tests/support/append_forever.ts", [
    path,
    TOPIC,
    String(partition),
    name,
  ]);
  return start(args, { executable: deno });
}

async function readAll(broker: Broker, topic: string, partition: number): Promise<ConsumedRecord[]> {
  const to = (await broker.listOffsets(topic, "latest")).get(partition)!;
  const range = { topic, partition, from: 0, to };
  const reader = await broker.openReader();
  const records: ConsumedRecord[] = [];
  for await (const chunk of reader.read(range)) {
    records.push(...consumedRecords(chunk, { ...range, from: records.length }));
  }
  await reader.close();
  equal(records.length, to);
  return records;
}

/** What a killed process said: where each record that it knows to be kept must lie. */
function confirmedBy(stdout: string, name: string): { readonly offset: number; readonly value: string }[] {
  return lines(stdout).flatMap((line) => {
    const [base, first, count] = line.split(" ").map(Number) as [number, number, number];
    return Array.from({ length: count }, (_, index) => ({
      offset: base + index,
      value: `${name} ${first + index}`,
    }));
  });
}

/** The process and the number of a record. */
function headOf({ value }: ConsumedRecord): string {
  const text = new TextDecoder().decode(value!);
  ok(/^run\d+ \d+ x{200}$/.test(text), text);
  return text.slice(0, text.lastIndexOf(" "));
}

Deno.test("Wherever writers are killed, what was confirmed stays, no offset is missing, and the next one goes on", async () => {
  await using place = new Workplace();
  const path = join(place.directory, "broker.db");
  const confirmed = [0, 1].map(() => [] as { readonly offset: number; readonly value: string }[]);
  for (let run = 0; run < KILLS; run++) {
    const wanted = Math.floor(Math.random() * CONFIRMED_BEFORE_KILL_MAX);
    const writers = [0, 1].map((partition) => startAppending(path, `run${run}`, partition));
    await writers[0]!.until(({ stdout }) => lines(stdout).length >= wanted);
    writers.forEach((writer) => writer.kill("SIGKILL"));
    for (const [partition, writer] of writers.entries()) {
      confirmed[partition]!.push(...confirmedBy((await writer.ended()).stdout, `run${run}`));
    }
    const broker = await openBroker({ kind: "embedded", path });
    try {
      if (!(await broker.listTopics()).includes(TOPIC)) continue;
      for (const partition of [0, 1]) {
        const records = await readAll(broker, TOPIC, partition);
        deepEqual(records.map(({ offset }) => offset), records.map((_record, index) => index));
        const heads = records.map(headOf);
        const context = `killed after ${wanted} appends`;
        for (const { offset, value } of confirmed[partition]!) equal(heads[offset], value, context);
        // Nothing is torn or doubled: what each process wrote is there from its first record on.
        for (const own of Map.groupBy(heads, (head) => head.split(" ")[0]).values()) {
          deepEqual(own.map((head) => Number(head.split(" ")[1])), own.map((_head, index) => index), context);
        }
      }
    } finally {
      await broker.close();
    }
  }
  ok(confirmed.flat().length > 0);
});

Deno.test("A produce that is killed has kept what its progress said, and the next one goes on behind it", async () => {
  await using place = new Workplace();
  const calls = sampleCalls().map((call) => JSON.stringify(call));
  let kept: string[] = [];
  for (const firstLineAt of [1_000, 4_000]) {
    const producing = place.start(["produce", "--loop", "--progress-interval", String(firstLineAt)]);
    const sent = (stderr: string) => [...stderr.matchAll(/([\d,]+) records sent/g)].map((match) => match[1]!);
    await producing.until(({ stderr }) => sent(stderr).length > 0);
    producing.kill("SIGKILL");
    const said = sent((await producing.ended()).stderr).at(-1)!;
    const values = await place.values();
    const own = values.slice(kept.length);
    deepEqual(values.slice(0, kept.length), kept);
    ok(own.length >= Number(said.replaceAll(",", "")), `${own.length} are kept, ${said} were confirmed`);
    deepEqual(own, own.map((_value, index) => calls[index % calls.length]));
    kept = values;
  }
});
