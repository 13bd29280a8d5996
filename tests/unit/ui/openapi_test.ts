/** The description of the interface, held to the server: each route, each status, each answer. */
import { deepEqual, equal, ok } from "assert";
import { requestText, sendRaw } from "../../support/raw_http.ts";
import { AnswerChecks, type OpenApi } from "../../support/openapi.ts";
import { ToldRun, toldUi } from "../../support/ui_fixture.ts";

const TOKEN = "a-token-of-a-test";
const KNOWN = { authorization: `Bearer ${TOKEN}` };

async function described(url: string): Promise<OpenApi> {
  return await (await fetch(`${url}/openapi.json`, { headers: KNOWN })).json() as OpenApi;
}

function filled(path: string, { name = "by_type", file = "index.html" } = {}): string {
  return path.replace("{name}", name).replace("{file}", file);
}

Deno.test("The description is valid OpenAPI, and the server has each of its routes with each of its methods", async () => {
  await using ui = await toldUi({ token: TOKEN });
  const api = await described(ui.url);
  await AnswerChecks.of(api);
  equal(api.openapi, "3.1.0");
  for (const [path, operations] of Object.entries(api.paths)) {
    const other = await sendRaw(ui.port, requestText(filled(path), { method: "PUT", headers: KNOWN }));
    equal(other.status, 405, path);
    const methods = Object.keys(operations).map((method) => method.toUpperCase());
    const allowed = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
    deepEqual(other.headers.get("allow")!.split(", "), allowed);
  }
});

Deno.test("Every answer is as described, whatever is wrong with the request", async () => {
  const run = new ToldRun("by_type");
  await using ui = await toldUi({ run, token: TOKEN, limits: { requestsPerSecondMax: Infinity } });
  const api = await described(ui.url);
  const checks = await AnswerChecks.of(api);
  for (let count = 0; count < 3; count++) run.commit(ui);
  const seen = new Set<string>();
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const [method, { parameters }] of Object.entries(operations)) {
      const ask = async (target: string, headers: Record<string, string> = {}) => {
        const text = requestText(target, { method: method.toUpperCase(), headers: { ...KNOWN, ...headers } });
        // Events go on; what is asked here is only how they begin.
        if (path === "/api/events") return;
        const { body, ...answer } = await sendRaw(ui.port, text);
        equal(checks.problem(path, { method, answer, body }), undefined, `${text}${answer.status} ${body}`);
        seen.add(`${path} ${answer.status}`);
      };
      await ask(filled(path));
      await ask(filled(path, { name: "missing", file: "missing" }));
      await ask(`${filled(path)}?unknown=1`);
      for (const { name } of parameters.filter((parameter) => parameter.in === "query")) {
        for (const value of ["0", "1", "%27", "x", ""]) await ask(`${filled(path)}?${name}=${value}`);
      }
      await ask(filled(path), { authorization: "Bearer wrong" });
      await ask(filled(path), { origin: "http://evil.example" });
      await ask(filled(path), { accept: "video/mp4" });
      await ask(filled(path), { "content-length": "5" });
      await ask(`${filled(path)}?${"a".repeat(9_000)}`);
      await ask(filled(path), { "if-none-match": "*" });
    }
  }
  const statuses = new Set([...seen].map((each) => each.split(" ")[1]));
  deepEqual([...statuses].toSorted(), ["200", "304", "400", "401", "403", "404", "406", "413", "414", "503"]);
});

Deno.test("A query is ready while it runs and is not behind", async () => {
  const run = new ToldRun("by_type");
  await using ui = await toldUi({ run });
  const checks = await AnswerChecks.of(await described(ui.url));
  const statuses: Record<string, number> = {};
  for (const health of ["starting", "running", "behind", "failed", "ended"] as const) {
    run.view = { ...run.view, health };
    const answer = await fetch(`${ui.url}/readyz`);
    const body = await answer.text();
    equal(checks.problem("/readyz", { method: "get", answer, body }), undefined);
    statuses[health] = answer.status;
    if (answer.status === 503) deepEqual(JSON.parse(body).queries.length, 1);
    equal((await fetch(`${ui.url}/healthz`)).status, 200);
  }
  deepEqual(statuses, { starting: 503, running: 200, behind: 503, failed: 503, ended: 503 });
});

Deno.test("Who has no token is told whether all is well, but not of what", async () => {
  const run = new ToldRun("by_type");
  run.view = { ...run.view, health: "behind" };
  await using ui = await toldUi({ run, token: TOKEN });
  const stranger = await fetch(`${ui.url}/readyz`);
  equal(stranger.status, 503);
  deepEqual(await stranger.json(), { status: "unready" });
  const known = await (await fetch(`${ui.url}/readyz`, { headers: KNOWN })).json();
  deepEqual(known.queries, [{ name: "by_type", reason: "It is further behind than [ui] lag_limit allows." }]);
});

Deno.test("A file of the page is sent compressed, and not again to a browser that has it", async () => {
  await using ui = await toldUi();
  const first = await sendRaw(ui.port, requestText("/", { headers: { "accept-encoding": "br, gzip" } }));
  equal(first.headers.get("content-encoding"), "gzip");
  equal(first.headers.get("vary"), "accept-encoding");
  const tag = first.headers.get("etag")!;
  const again = { "accept-encoding": "gzip", "if-none-match": `"other", W/${tag}` };
  const second = await sendRaw(ui.port, requestText("/", { headers: again }));
  equal(second.status, 304);
  equal(second.body, "");
  const plain = await sendRaw(ui.port, requestText("/", { headers: { "accept-encoding": "gzip;q=0" } }));
  ok(!plain.headers.has("content-encoding") && plain.headers.get("etag") !== tag);
  const page = await (await fetch(`${ui.url}/`)).text();
  equal(plain.body, page);
});
