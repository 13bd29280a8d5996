/** The pace of a run while the wall clock is set. */
import { equal, ok } from "assert";
import { join } from "node:path";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import { DeadLetters } from "../../../lib/produce/broken/dead_letters.ts";
import { openInput } from "../../../lib/produce/input/open_input.ts";
import type { Pace } from "../../../lib/produce/pace.ts";
import { produce } from "../../../lib/produce/produce.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { tempDir } from "../../support/temp_dir.ts";

const START_MS = Date.UTC(2026, 0, 1);
const RECORDS = 10;

/** Runs at a pace of a record a second, and sets the wall clock when each record has been confirmed. */
async function runWithSteps(pace: Pace, byMs: number): Promise<FakeClock> {
  await using directory = await tempDir();
  const calls = Array.from({ length: RECORDS }, (_, n) => ({
    crime_id: String(n),
    call_date_time: new Date(Date.UTC(2018, 0, 1, 0, n)).toISOString(),
  }));
  const input = await openInput(
    await directory.write("calls.json", JSON.stringify(calls)),
    { stdin: () => new ReadableStream() },
  );
  const broker = openEmbeddedBroker(join(directory.path, "broker.db"));
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  const clock = new FakeClock(START_MS);
  try {
    const { sent, elapsedMs } = await produce({
      broker,
      topic: "t",
      input,
      pace,
      record: { keyField: "crime_id", schema: "any", zone: UTC },
      timestamp: "now",
      append: { codec: "none", acks: "all" },
      limit: undefined,
      loop: false,
      onError: "fail",
      strict: false,
      requireKey: true,
      deadLetters: new DeadLetters(join(directory.path, "letters"), clock),
      clock,
      signal: new AbortController().signal,
      onProgress: () => clock.set(byMs),
    });
    equal(sent, RECORDS);
    equal(elapsedMs, (RECORDS - 1) * 1_000);
  } finally {
    await broker.close();
  }
  return clock;
}

const PACES: readonly Pace[] = [{ kind: "rate", everyMs: 1_000 }, { kind: "replay", speedup: 60 }];

for (const pace of PACES) {
  for (const [how, byMs] of [["back", -3_600_000], ["forward", 3_600_000]] as const) {
    Deno.test(`A ${pace.kind} keeps its pace when the wall clock is set ${how}`, async () => {
      const { sleeps } = await runWithSteps(pace, byMs);
      equal(sleeps.length, RECORDS - 1);
      ok(sleeps.every((ms) => ms === 1_000), sleeps.join());
    });
  }
}
