/** What others may try against the dashboard: pages of other sites, and clients that do not play by the rules. */
import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { requestText, sendRaw, textOf } from "../../support/raw_http.ts";
import { ToldRun, toldUi } from "../../support/ui_fixture.ts";

const TOKEN = "a-token-of-a-test";

Deno.test("A name that an attacker lets resolve to this machine is not a host of the dashboard", async () => {
  await using ui = await toldUi();
  const { port } = ui;
  const statuses: Record<string, number> = {};
  const hosts = [
    "evil.example",
    `evil.example:${port}`,
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "",
  ];
  for (const host of [...hosts, "localhost", `127.0.0.1:${port}`, "[::1]:80", "LOCALHOST:4040"]) {
    statuses[host] = (await sendRaw(port, requestText("/api/queries", { headers: { host } }))).status;
  }
  const refused = Object.keys(statuses).filter((host) => statuses[host] === 421);
  const answered = Object.keys(statuses).filter((host) => statuses[host] === 200);
  deepEqual(refused, hosts);
  equal(answered.length, 4);
});

Deno.test("Pages of other sites get nothing, except that their links lead to the page", async () => {
  await using ui = await toldUi({ token: TOKEN });
  const { port } = ui;
  const authorization = `Bearer ${TOKEN}`;
  const ask = async (target: string, headers: Record<string, string>, method = "GET") =>
    (await sendRaw(port, requestText(target, { method, headers: { authorization, ...headers } }))).status;
  for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${port + 1}`]) {
    equal(await ask("/api/queries", { origin }), 403);
    equal(await ask("/api/events", { origin }), 403);
    equal(await ask("/api/queries/by_type/stop", { origin }, "POST"), 403);
  }
  equal(await ask("/api/queries", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }), 403);
  equal(await ask("/assets/page.js", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }), 403);
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  equal(await ask("/", link), 200);
  equal(await ask("/api/queries", link), 403);
  equal(await ask("/", { ...link, "sec-fetch-dest": "iframe" }), 403);
  const own = {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    "sec-fetch-site": "same-origin",
  };
  equal(await ask("/api/queries", own), 200);
});

Deno.test("Where a token is set, nothing is answered without it but whether the program is well", async () => {
  await using ui = await toldUi({ token: TOKEN });
  const { port, url } = ui;
  const { paths } =
    await (await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${TOKEN}` } }))
      .json() as { paths: Record<string, unknown> };
  const answered: string[] = [];
  for (const path of [...Object.keys(paths), "/nothing"]) {
    for (
      const value of [
        "",
        "Bearer",
        "Bearer wrong",
        `Basic ${TOKEN}`,
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.slice(1)}`,
      ]
    ) {
      const headers = value === "" ? {} : { authorization: value };
      const { status, body, headers: sent } = await sendRaw(
        port,
        requestText(path.replace("{name}", "by_type").replace("{file}", "page.js"), { headers }),
      );
      doesNotMatch(body, /by_type/);
      if (status !== 401) answered.push(path);
      else match(sent.get("www-authenticate")!, /^Bearer/);
    }
  }
  deepEqual([...new Set(answered)], ["/healthz", "/readyz"]);
});

Deno.test("A token in an address becomes a cookie that is not the token, and leaves the address", async () => {
  await using ui = await toldUi({ token: TOKEN });
  const { port } = ui;
  const shown = await sendRaw(port, requestText(`/?token=${TOKEN}&view=engine`));
  equal(shown.status, 303);
  equal(shown.headers.get("location"), "/?view=engine");
  const cookie = shown.headers.get("set-cookie")!;
  match(cookie, /; Path=\/; HttpOnly; SameSite=Strict$/);
  doesNotMatch(cookie, new RegExp(TOKEN));
  const [pair] = cookie.split(";");
  equal(
    (await sendRaw(port, requestText("/api/queries", { headers: { cookie: `a=b; ${pair}` } }))).status,
    200,
  );
  equal((await sendRaw(port, requestText("/api/queries", { headers: { cookie: `${pair}x` } }))).status, 401);
  const name = pair!.split("=")[0];
  equal(
    (await sendRaw(port, requestText("/api/queries", { headers: { cookie: `${name}=${TOKEN}` } }))).status,
    401,
  );
  const wrong = await sendRaw(port, requestText("/?token=wrong"));
  equal(wrong.status, 401);
  ok(!wrong.headers.has("set-cookie"));
  // Not a way to send browsers elsewhere.
  const away = await sendRaw(port, requestText(`//evil.example/?token=${TOKEN}`));
  equal(away.headers.get("location"), "/evil.example/");
});

Deno.test("Each path takes its own methods only, and says which", async () => {
  await using ui = await toldUi({ token: TOKEN });
  const headers = { authorization: `Bearer ${TOKEN}` };
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const answer = await sendRaw(ui.port, requestText("/api/queries", { method, headers }));
    equal(answer.status, 405, method);
    equal(answer.headers.get("allow"), "GET, HEAD");
    equal((await sendRaw(ui.port, requestText("/nothing", { method, headers }))).status, 404);
  }
  equal((await sendRaw(ui.port, requestText("/api/queries", { method: "TRACE", headers }))).status, 400);
});

Deno.test("HEAD has the headers of GET and no body, also for events", async () => {
  await using ui = await toldUi();
  for (const path of ["/", "/api/queries", "/metrics", "/healthz", "/openapi.json"]) {
    const get = await sendRaw(ui.port, requestText(path));
    const head = await sendRaw(ui.port, requestText(path, { method: "HEAD" }));
    equal(head.status, get.status);
    equal(head.headers.get("content-type"), get.headers.get("content-type"));
    equal(head.body, "");
  }
  const events = await sendRaw(ui.port, requestText("/api/events", { method: "HEAD" }));
  equal(events.headers.get("content-type"), "text/event-stream");
});

Deno.test("A path leads to no file of the machine", async () => {
  await using ui = await toldUi();
  const paths = [
    "/../etc/passwd",
    "/assets/../../deno.json",
    "/assets/%2e%2e%2fdeno.json",
    "/assets/..%5cdeno.json",
  ];
  for (
    const path of [
      ...paths,
      "//etc/passwd",
      "/assets/__proto__",
      "/assets/constructor",
      "/api/queries/__proto__",
    ]
  ) {
    equal((await sendRaw(ui.port, requestText(path))).status, 404, path);
  }
  for (const target of ["http://evil.example/", "*"]) {
    equal((await sendRaw(ui.port, requestText(target))).status, 400, target);
  }
});

Deno.test("What is too large is refused before it is looked at", async () => {
  await using ui = await toldUi();
  equal((await sendRaw(ui.port, requestText(`/?${"a".repeat(9_000)}`))).status, 414);
  ok([0, 431].includes((await sendRaw(ui.port, requestText(`/?${"a".repeat(100_000)}`))).status));
  ok(
    [0, 431].includes(
      (await sendRaw(ui.port, requestText("/", { headers: { x: "y".repeat(20_000) } }))).status,
    ),
  );
  const body = { method: "POST", headers: { "content-length": "1000000000" } };
  equal((await sendRaw(ui.port, requestText("/api/queries", body))).status, 413);
  const chunked = { headers: { "transfer-encoding": "chunked" } };
  equal((await sendRaw(ui.port, `${requestText("/", chunked)}0\r\n\r\n`)).status, 413);
});

Deno.test("A client that does not finish its request is cut off, and so is one that says nothing", async () => {
  await using ui = await toldUi({ limits: { headMsMax: 200, requestMsMax: 400, idleMsMax: 200 } });
  equal((await sendRaw(ui.port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")).status, 408);
  ok([0, 408].includes((await sendRaw(ui.port, "")).status));
  // One that keeps its connection after an answer.
  equal((await sendRaw(ui.port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).status, 200);
});

Deno.test("There are no more connections than allowed, and those who leave make room", async () => {
  await using ui = await toldUi({ limits: { connectionsMax: 3 } });
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port: ui.port });
  const held: Deno.TcpConn[] = [];
  for (let count = 0; count < 3; count++) {
    const connection = await connect();
    await connection.write(new TextEncoder().encode("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
    await connection.read(new Uint8Array(1_000));
    held.push(connection);
  }
  const refused = await connect();
  equal(await textOf(refused), "");
  refused.close();
  for (const connection of held) connection.close();
  let status = 0;
  while (status !== 200) status = (await sendRaw(ui.port, requestText("/healthz"))).status;
});

Deno.test("Requests beyond what pages need are told to come again later", async () => {
  await using ui = await toldUi({ limits: { requestsPerSecondMax: 5 } });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => sendRaw(ui.port, requestText("/healthz"))),
  );
  const refused = answers.filter(({ status }) => status === 429);
  ok(refused.length > 0 && refused.length <= 15, `${refused.length}`);
  ok(refused.every(({ headers }) => headers.get("retry-after") === "1"));
});

Deno.test("Markup in names and values stays text", async () => {
  const name = '<script>alert("1")</script>';
  const run = new ToldRun(name);
  run.view = { ...run.view, sink: "</script><img src=x onerror=alert(1)>" };
  await using ui = await toldUi({ run });
  const paths = [
    "/api/queries",
    `/api/queries/${encodeURIComponent(name)}`,
    `/api/queries/${encodeURIComponent("<b>")}`,
  ];
  for (const path of [...paths, `/api/queries?${encodeURIComponent("<i>")}=1`]) {
    const { headers } = await sendRaw(ui.port, requestText(path));
    equal(headers.get("content-type"), "application/json");
    equal(headers.get("x-content-type-options"), "nosniff");
  }
  const { headers } = await sendRaw(ui.port, requestText("/"));
  const policy = headers.get("content-security-policy")!;
  match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  doesNotMatch(policy, /unsafe/);
});
