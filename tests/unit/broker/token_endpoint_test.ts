/** What is kept of a token endpoint's answers, and for how long. */
import { deepEqual, equal, ok, rejects } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import type { HttpRequest } from "../../../lib/base/host.ts";
import { type TokenClient, TokenEndpoint } from "../../../lib/broker/kafka/login/token_endpoint.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const CLIENT: TokenClient = {
  url: "https://login.example/token",
  clientId: "a+b",
  clientSecret: "c%d",
  scope: undefined,
  encodesCredentials: false,
  ca: undefined,
};

/** An endpoint whose answers are given; each token is numbered. */
function endpointOf(life: Readonly<Record<string, unknown>>, client: TokenClient = CLIENT) {
  const clock = new FakeClock(1_000_000);
  const requests: HttpRequest[] = [];
  const endpoint = new TokenEndpoint(client, {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    http: (request) => {
      requests.push(request);
      return Promise.resolve({
        status: 200,
        headers: new Headers(),
        text: JSON.stringify({ access_token: `t${requests.length}`, ...life }),
      });
    },
  });
  return { clock, requests, next: async () => (await endpoint.token()).value };
}

Deno.test("A token is kept for four fifths of its life, and all who need one at once share a request", async () => {
  for (const life of [100, "100"]) {
    const { clock, requests, next } = endpointOf({ expires_in: life });
    deepEqual(await Promise.all([next(), next(), next()]), ["t1", "t1", "t1"]);
    clock.pass(79_999);
    equal(await next(), "t1");
    clock.pass(1);
    equal(await next(), "t2");
    equal(requests.length, 2);
  }
});

Deno.test("A token of which nobody says how long it is valid is used once; of two lives, the shorter one counts", async () => {
  const unknown = endpointOf({});
  deepEqual([await unknown.next(), await unknown.next()], ["t1", "t2"]);
  const claims = btoa(JSON.stringify({ exp: 1_000 + 10 }));
  const { clock, next, requests } = endpointOf({
    access_token: `h.${claims.replaceAll("=", "")}.s`,
    expires_in: 100,
  });
  await next();
  clock.pass(7_999);
  await next();
  equal(requests.length, 1);
  clock.pass(1);
  await next();
  equal(requests.length, 2);
});

Deno.test("The ID and the secret are sent as Kafka's clients do it, or encoded where that is set", async () => {
  const authorization = async (encodesCredentials: boolean) => {
    const { next, requests } = endpointOf({}, { ...CLIENT, encodesCredentials });
    await next();
    return requests[0]!.headers["authorization"];
  };
  equal(await authorization(false), `Basic ${btoa("a+b:c%d")}`);
  equal(await authorization(true), `Basic ${btoa("a%2Bb:c%25d")}`);
});

Deno.test("Answers that may be others soon are retriable; no error has the secret or the token", async () => {
  const cases: readonly (readonly [status: number, text: string, isRetriable: boolean])[] = [
    [503, "away", true],
    [429, "", true],
    [401, '{"error":"invalid_client"}', false],
    [200, '{"access_token":"no token"}', false],
    [200, "[]", false],
    [200, "null", false],
    [302, "", false],
  ];
  for (const [status, text, isRetriable] of cases) {
    const clock = new FakeClock(0);
    const endpoint = new TokenEndpoint(CLIENT, {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      http: () => Promise.resolve({ status, headers: new Headers(), text }),
    });
    await rejects(() => endpoint.token(), (error) => {
      ok(error instanceof SfcrimeError);
      equal(error.retriable, isRetriable, text);
      ok(!/c%d|no token"/.test(`${error.message} ${error.hint}`), error.message);
      return true;
    });
  }
});
