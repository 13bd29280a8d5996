/**
 * Connections that break in the middle of an answer, or never answer, between the program and a real Kafka; and
 * servers that are none.
 */
import { deepEqual, equal, match, ok } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { openBroker } from "../support/brokers.ts";
import { sampleCalls } from "../support/calls.ts";
import { equippedKafka } from "../support/equipped_kafka.ts";
import { run } from "../support/program.ts";
import { countsByType, printedCounts, Workplace } from "../support/workplace.ts";

const { kafka, proxies } = await equippedKafka();

const REQUEST_MS_MAX = 1_000;
/** In the middle of the first large answer, and of no small one. */
const AFTER_BYTES = 300_000;

function open(port: number, more: Readonly<Record<string, string>> = {}): Promise<Broker> {
  const properties = { "request.timeout.ms": String(REQUEST_MS_MAX), ...more };
  return openBroker({ kind: "kafka", servers: [`127.0.0.1:${port}`], clientId: "broken", properties });
}

const produced = new Workplace(kafka.servers);
globalThis.addEventListener("unload", () => Deno.removeSync(produced.directory, { recursive: true }));
await produced.succeed(["produce", "--partitions", "2"]);
const IDS = sampleCalls().map(({ crime_id: id }) => id).toSorted();

/** The keys of all records, as ranges of both partitions that are read at the same time bring them. */
async function keysRead(broker: Broker): Promise<string[]> {
  const { topic } = produced;
  const reader = await broker.openReader();
  const offsets = await broker.listOffsets(topic, "latest");
  const keys = await Promise.all([...offsets].map(async ([partition, to]) => {
    const range = { topic, partition, from: 0, to };
    const found: string[] = [];
    let next = 0;
    for await (const chunk of reader.read(range)) {
      for (const { key, offset } of consumedRecords(chunk, { ...range, from: next })) {
        found.push(new TextDecoder().decode(key!));
        next = offset + 1;
      }
    }
    return found;
  }));
  return keys.flat().toSorted();
}

const GIVEN_UP_MS = 10_000;

/** How long a read through a server that has fallen silent takes to fail, and with what. */
const muteRead = (async () => {
  const broker = await open(proxies.MUTE.port, { "default.api.timeout.ms": String(GIVEN_UP_MS) });
  proxies.MUTE.breakBy({ kind: "stall", afterBytes: AFTER_BYTES, times: Infinity });
  const startMs = Date.now();
  const failure = await keysRead(broker).then(() => undefined, (error: unknown) => error);
  const failedMs = Date.now() - startMs;
  await broker.close();
  return { failure, failedMs };
})();

for (const kind of ["cut", "stall"] as const) {
  Deno.test(`After a ${kind} in the middle of an answer the read is tried again, and nothing is lost or doubled`, async () => {
    const broker = await open(proxies.PROXIED.port);
    try {
      proxies.PROXIED.breakBy({ kind, afterBytes: AFTER_BYTES, times: 2 });
      deepEqual(await keysRead(broker), IDS);
      equal(proxies.PROXIED.faults, 2);
    } finally {
      await broker.close();
    }
  });
}

Deno.test("An analysis whose connections are cut again and again gives the same counts", async () => {
  proxies.PROXIED.breakBy({ kind: "cut", afterBytes: AFTER_BYTES, times: 3 });
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  const through = ["-b", `127.0.0.1:${proxies.PROXIED.port}`, "--topic", produced.topic];
  const { code, stdout, stderr } = await run([...args, ...through], { cwd: produced.directory });
  equal(code, 0, stderr);
  deepEqual(printedCounts(stdout), countsByType());
  equal(proxies.PROXIED.faults, 3);
});

/** Starts a server that says the same to everything, and stays. */
function startGarbage(answer: Uint8Array): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const connection of listener) {
      void (async () => {
        const buffer = new Uint8Array(4_096);
        // A client that has heard enough closes.
        while (await connection.read(buffer).catch(() => null) !== null) {
          await connection.write(answer).catch(() => {});
        }
        connection.close();
      })();
    }
  })();
  return listener;
}

/** A frame: its size, the number of the request, which is 0 for the first one, and what follows. */
function frame(size: number, requestNumber: number, following: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + following.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, size);
  view.setInt32(4, requestNumber);
  bytes.set(following, 8);
  return bytes;
}

const GARBAGE: readonly (readonly [what: string, answer: Uint8Array, said: RegExp])[] = [
  ["a negative size", frame(-2, 0, []), /does not speak Kafka: it announced a response of -2 bytes/],
  ["a size of nothing", frame(0, 0, []), /does not speak Kafka/],
  [
    "a huge size",
    frame(0x7fff_ffff, 0, []),
    /does not speak Kafka: it announced a response of 2147483647 bytes/,
  ],
  ["HTTP", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"), /does not speak Kafka/],
  ["an alert of TLS", new Uint8Array([0x15, 3, 3, 0, 2, 2, 80]), /speaks TLS/],
  ["an answer that nobody asked for", frame(8, 77, [1, 2, 3, 4]), /timed out/],
  ["an answer that is cut short", frame(6, 0, [0, 0]), /Kafka at .* failed/],
  ["an answer full of ones", frame(44, 0, Array(40).fill(255)), /Kafka at .* failed/],
];

const REFUSED_MS_MAX = 20_000;

for (const [what, answer, said] of GARBAGE) {
  Deno.test(`A server that answers with ${what} is an error within seconds, and no crash`, async () => {
    const listener = startGarbage(answer);
    try {
      const startMs = Date.now();
      const failure = await open(listener.addr.port).then(() => undefined, (error: unknown) => error);
      ok(failure instanceof SfcrimeError, String(failure));
      match(failure.message, said);
      ok(failure.message.includes(`127.0.0.1:${listener.addr.port}`), failure.message);
      ok(Date.now() - startMs < REFUSED_MS_MAX);
    } finally {
      listener.close();
    }
  });
}

Deno.test("A read from a server that has fallen silent forever ends when its time is up, with an error", async () => {
  const { failure, failedMs } = await muteRead;
  ok(failure instanceof SfcrimeError, String(failure));
  equal(failure.code, "BROKER_UNREACHABLE");
  ok(failure.message.includes(`127.0.0.1:${proxies.MUTE.port}`), failure.message);
  ok(failedMs < 3 * GIVEN_UP_MS, `it took ${failedMs} ms`);
});
