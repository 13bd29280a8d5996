import { equal, match, ok, throws } from "assert";
import { DEAD_LETTER_BYTES_MAX } from "../../../lib/base/bounds.ts";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { DeadLetters } from "../../../lib/produce/broken/dead_letters.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { tempDir } from "../../support/temp_dir.ts";

const NOW_MS = Date.UTC(2026, 10, 26);

Deno.test("A run's dead letters have a limit, and the one that would go beyond it ends the run", async () => {
  await using directory = await tempDir();
  const path = await directory.write("letters.ndjson", "of a run before\n");
  const letters = new DeadLetters(path, new FakeClock(NOW_MS));
  const bytes = new Uint8Array(4_000_000).fill(0x78);
  const letter = {
    input: "calls.json",
    topic: "t",
    reason: "it is not valid JSON",
    bytes,
    length: 2 * bytes.length,
  };
  let record = 0;
  const fill = () => {
    for (;;) letters.write({ ...letter, position: { record: ++record, line: record, offset: 0 } });
  };
  throws(fill, (error) => {
    ok(error instanceof SfcrimeError);
    equal(error.code, "INPUT");
    match(
      error.message,
      new RegExp(`reached 100\\.0 MiB at record ${record} of calls\\.json \\(line ${record}, `),
    );
    return true;
  });
  letters.close();
  equal(letters.count, record - 1);
  const { size } = await Deno.stat(path);
  ok(size <= DEAD_LETTER_BYTES_MAX + 100 && size > DEAD_LETTER_BYTES_MAX - 2 * bytes.length, String(size));
});

Deno.test("A letter says when it was written, and how long its record is if it has only a part of it", async () => {
  await using directory = await tempDir();
  const path = `${directory.path}/letters.ndjson`;
  const letters = new DeadLetters(path, new FakeClock(NOW_MS));
  const position = { record: 1, line: 1, offset: 0 };
  letters.write({
    input: "a",
    topic: "t",
    position,
    reason: "r",
    bytes: Uint8Array.of(0x61),
    length: 5_000_000,
  });
  letters.write({
    input: "a",
    topic: "t",
    position,
    reason: "r",
    bytes: Uint8Array.of(0xff, 0x00),
    length: 2,
  });
  letters.close();
  const [cut, binary] = (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line));
  equal(cut.time, "2026-11-26T00:00:00.000Z");
  equal(cut.length, 5_000_000);
  equal(cut.text, "a");
  equal(binary.length, undefined);
  equal(binary.base64, "/wA=");
});
