/** How long kafkajs's requests wait while the wall clock is set. */
import { ok } from "assert";
import RequestQueueModule from "kafkajs/src/network/requestQueue/index.js";
// The hooks are installed by it.
import "../../../lib/broker/kafka/connection/connection.ts";
import { setWallClock } from "../../support/wall_clock.ts";

/** The part of kafkajs's request queue that is used. */
interface RequestQueue {
  maybeThrottle(ms: number): void;
  push(request: Readonly<Record<string, unknown>>): void;
  destroy(): void;
}

const HOUR_MS = 3_600_000;

function requestQueue(requestTimeout: number): RequestQueue {
  const Queue = RequestQueueModule as unknown as new (
    options: Readonly<Record<string, unknown>>,
  ) => RequestQueue;
  return new Queue({ maxInFlightRequests: null, requestTimeout, logger: { debug: () => {} } });
}

function entry(end: (error?: Error) => void): Readonly<Record<string, unknown>> {
  return { correlationId: 1, apiName: "Metadata", apiKey: 3, apiVersion: 1, resolve: end, reject: end };
}

/** How long it takes until a promise is fulfilled, with the wall clock set meanwhile. */
async function elapsedMs(byMs: number, begin: (end: () => void) => void): Promise<number> {
  const startMs = performance.now();
  const ended = Promise.withResolvers<void>();
  begin(ended.resolve);
  const setRight = setWallClock(byMs);
  try {
    await ended.promise;
  } finally {
    setRight();
  }
  return performance.now() - startMs;
}

for (const [how, byMs] of [["back", -HOUR_MS], ["forward", HOUR_MS]] as const) {
  Deno.test(`A request is held back for as long as the broker has asked, when the wall clock is set ${how}`, async () => {
    const queue = requestQueue(10_000);
    const heldMs = await elapsedMs(byMs, (sendRequest) => {
      queue.maybeThrottle(150);
      queue.push({ entry: entry(() => {}), expectResponse: false, sendRequest });
    });
    queue.destroy();
    ok(heldMs >= 150, String(heldMs));
  });

  Deno.test(`An answer is awaited for the request's timeout, when the wall clock is set ${how}`, async () => {
    const queue = requestQueue(500);
    const waitedMs = await elapsedMs(byMs, (end) => {
      queue.push({ entry: entry(end), expectResponse: true, sendRequest: () => {} });
    });
    queue.destroy();
    ok(waitedMs >= 500, String(waitedMs));
  });
}
