import { ok } from "assert";
import { systemClock } from "../../../lib/base/clock.ts";
import { setWallClock } from "../../support/wall_clock.ts";

const HOUR_MS = 3_600_000;

for (const [how, byMs] of [["back", -HOUR_MS], ["forward", HOUR_MS]] as const) {
  Deno.test(`A sleep lasts as long as it was asked to, also when the wall clock is set ${how} meanwhile`, async () => {
    const startMs = performance.now();
    const asleep = systemClock.sleep(150);
    const setRight = setWallClock(byMs);
    try {
      await asleep;
    } finally {
      setRight();
    }
    ok(performance.now() - startMs >= 150);
  });
}

Deno.test("The monotonic time passes, and is not moved by a wall clock that is set", () => {
  const before = systemClock.monotonicMs();
  const setRight = setWallClock(-HOUR_MS);
  try {
    ok(systemClock.monotonicMs() >= before);
  } finally {
    setRight();
  }
  const setRightAgain = setWallClock(HOUR_MS);
  try {
    ok(systemClock.monotonicMs() - before < HOUR_MS);
  } finally {
    setRightAgain();
  }
});
