/** What a schema registry that is away, busy or wrong does, by a small server on loopback. */
import { deepEqual, equal, match, ok, rejects } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { registryAddress } from "../../../lib/plan/schemas/registry_settings.ts";
import { SchemaRegistry } from "../../../lib/registry/schema_registry.ts";
import { REGISTRY_PATIENCE_MS } from "../../../lib/base/bounds.ts";
import { load } from "../config/sources.ts";
import { freePorts } from "../../support/ports.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** A server that answers in turn; what it was asked; and a client whose clock only moves as it waits. */
async function asked(
  answers: readonly ((request: Request) => Response)[],
  ask: (registry: SchemaRegistry) => Promise<unknown>,
): Promise<{ readonly paths: string[]; readonly waitedMs: number; readonly result: unknown }> {
  const paths: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    paths.push(new URL(request.url).pathname);
    return answers[Math.min(paths.length, answers.length) - 1]!(request);
  });
  let nowMs = 0;
  const host = {
    http: systemHost.http,
    monotonicMs: () => nowMs,
    sleep: (ms: number) => Promise.resolve(void (nowMs += ms)),
  };
  const address = {
    url: `http://127.0.0.1:${server.addr.port}`,
    headers: { authorization: "Bearer t" },
    ca: undefined,
  };
  try {
    const result = await ask(new SchemaRegistry(address, host)).catch((error: unknown) => error);
    return { paths, waitedMs: nowMs, result };
  } finally {
    await server.shutdown();
  }
}

const busy = () => Response.json({ error_code: 50001, message: "Error in the backend." }, { status: 500 });
const schema = () => Response.json({ schema: '"int"' });
const problem = (code: number, status: number) => () =>
  Response.json({ error_code: code, message: "No." }, { status });

Deno.test("A registry that fails is asked again until it answers, and a schema only once", async () => {
  const { paths, result } = await asked([busy, busy, schema], async (registry) => {
    const [first, second] = await Promise.all([registry.schemaById(7), registry.schemaById(7)]);
    deepEqual(await registry.schemaById(7), first);
    return second;
  });
  deepEqual(result, { kind: "AVRO", text: '"int"', references: [] });
  ok(paths.every((path) => path === "/schemas/ids/7"));
});

Deno.test("A registry that goes on failing is given up after four seconds", async () => {
  const { paths, waitedMs, result } = await asked([busy], (registry) => registry.version("s", "latest"));
  ok(result instanceof SfcrimeError && result.code === "REGISTRY");
  match(result.message, /answers 500: Error in the backend\.$/);
  ok(waitedMs <= REGISTRY_PATIENCE_MS && waitedMs > REGISTRY_PATIENCE_MS / 2);
  ok(paths.length > 5);
});

Deno.test("What is refused is an error at once, with what to do", async () => {
  const cases = [
    [problem(40101, 401), /answers 401: No\./, /username and password, or token/],
    [problem(42201, 422), /answers 422/, /Check the schema/],
    [() => new Response("<html>", { status: 404 }), /answers 404/, /apis\/ccompat\/v7/],
    [() => new Response("<html>"), /gave an answer that is not of its API/, /apis\/ccompat\/v7/],
    [() => Response.redirect("http://127.0.0.1:1/"), /answers 302/, undefined],
  ] as const;
  for (const [answer, message, hint] of cases) {
    const { paths, result } = await asked([answer], (registry) => registry.schemaById(1));
    ok(result instanceof SfcrimeError);
    match(result.message, message);
    if (hint !== undefined) match(result.hint!, hint);
    equal(paths.length, 1);
  }
});

Deno.test("What the registry does not have is undefined by its id, and an error by its name", async () => {
  equal((await asked([problem(40403, 404)], (registry) => registry.schemaById(1))).result, undefined);
  const { result } = await asked([problem(40401, 404)], (registry) => registry.version("calls-value", 3));
  match((result as SfcrimeError).message, /has no subject calls-value with version 3\.$/);
});

Deno.test("References come with a schema, those of references first, each once", async () => {
  const of = (name: string, ...names: string[]) => () =>
    Response.json({
      id: 1,
      schema: name,
      references: names.map((other) => ({ name: other, subject: other, version: 1 })),
    });
  const { result, paths } = await asked(
    [of("a", "b", "c"), of("b text", "c"), of("c text")],
    (registry) => registry.version("a", 2),
  );
  deepEqual((result as { readonly references: unknown }).references, [
    { name: "c", text: "c text" },
    { name: "b", text: "b text" },
  ]);
  deepEqual(paths, ["/subjects/a/versions/2", "/subjects/b/versions/1", "/subjects/c/versions/1"]);
});

Deno.test("A registry that is not there is named, with the reason", async () => {
  const [port] = freePorts(1);
  let nowMs = 0;
  const registry = new SchemaRegistry({ url: `http://127.0.0.1:${port}`, headers: {}, ca: undefined }, {
    http: systemHost.http,
    monotonicMs: () => nowMs,
    sleep: (ms) => Promise.resolve(void (nowMs += ms)),
  });
  await rejects(registry.schemaById(1), (error) => {
    ok(error instanceof SfcrimeError && error.code === "REGISTRY_UNREACHABLE");
    match(
      error.message,
      new RegExp(`^Cannot reach the schema registry at http://127\\.0\\.0\\.1:${port}: .*refused`),
    );
    return true;
  });
});

Deno.test("Credentials are sent as headers, and may be in files", async () => {
  await using directory = await tempDir();
  const file = `${directory.path}/secret`;
  await Deno.writeTextFile(file, "a b\n");
  const headers = (lines: string) =>
    registryAddress(load({ file: `[registry]\nurl = http://h:1/\n${lines}` }))!.headers["authorization"];
  equal(headers(""), undefined);
  equal(headers("token = abc"), "Bearer abc");
  equal(headers(`token_file = ${file}`), "Bearer a b");
  equal(headers("username = u\npassword = p"), `Basic ${btoa("u:p")}`);
  equal(headers(`username = u\npassword_file = ${file}`), `Basic ${btoa("u:a b")}`);
  const refused = (lines: string, message: RegExp) =>
    rejects(() => Promise.resolve().then(() => headers(lines)), message);
  await refused("username = u\ntoken = t", /both a username and a token/);
  await refused("password = p", /a password, but no username/);
  await refused(`token = t\ntoken_file = ${file}`, /both token and token_file/);
  await refused("token_file = /gone", /\[registry\] token_file: cannot read \/gone/);
});
