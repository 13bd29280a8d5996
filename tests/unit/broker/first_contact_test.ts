import { equal, rejects } from "assert";
import { CONNECT_MS_MAX } from "../../../lib/base/bounds.ts";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { type Host, systemHost } from "../../../lib/base/host.ts";
import { requireAnswer, requireAnyServer } from "../../../lib/broker/kafka/connection/first_contact.ts";
import { FakeClock } from "../../support/fake_clock.ts";

/** A network in which each host name fails in its way. */
const FAILING: Readonly<Record<string, Error & { code?: string }>> = {
  closed: Object.assign(new Error("Connection refused (os error 111)"), { code: "ECONNREFUSED" }),
  away: Object.assign(new Error("No route to host (os error 113)"), { code: "EHOSTUNREACH" }),
  odd: new Error("something else"),
};

function refusing({ hostname }: Deno.ConnectOptions): Promise<Deno.TcpConn> {
  return Promise.reject(FAILING[hostname!]!);
}

const silentHost = (): Host => {
  const clock = new FakeClock(0);
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms) => clock.sleep(ms),
    newId: systemHost.newId,
    self: systemHost.self,
    http: systemHost.http,
    connect: () => new Promise(() => {}),
  };
};

Deno.test("The first contact fails with the reason of each server", async () => {
  await rejects(
    requireAnyServer(["closed:1", "away:2", "odd:3"], { ...systemHost, connect: refusing }),
    /^SfcrimeError: Cannot connect to Kafka: closed:1: connection refused; away:2: host unreachable; odd:3: something else\.$/,
  );
  await rejects(
    requireAnyServer(["no.such.host.invalid:9092"], systemHost),
    /no\.such\.host\.invalid:9092: unknown host\.$/,
  );
});

Deno.test("One server that can be reached is enough", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await requireAnyServer(["127.0.0.1:1", `127.0.0.1:${listener.addr.port}`], systemHost);
  (await listener.accept()).close();
});

Deno.test("A server that does not accept or does not answer is given up in time", async () => {
  equal(CONNECT_MS_MAX, 4_000);
  await rejects(requireAnyServer(["mute:1"], silentHost()), /mute:1: no answer within 4 s\.$/);
  const host = silentHost();
  await rejects(requireAnswer(new Promise(() => {}), ["mute:1"], host), (error) => {
    equal((error as SfcrimeError).code, "BROKER_UNREACHABLE");
    return true;
  });
  equal(host.monotonicMs(), CONNECT_MS_MAX);
});
