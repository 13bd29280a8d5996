/** A schema registry with TLS and credentials, and one that is away while a query runs. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { makeCertificates } from "../support/certificates.ts";
import { GuardedRegistry } from "../support/guarded_registry.ts";
import { freePorts } from "../support/ports.ts";
import { rowsOfFiles } from "../support/crash.ts";
import { sharedRegistry } from "../support/schema_registry.ts";
import { Workplace } from "../support/workplace.ts";
import { jsonLines } from "./answers.ts";

const SCHEMA = { type: "record", name: "Call", fields: [{ name: "id", type: "int" }] };
const NEXT = { ...SCHEMA, fields: [...SCHEMA.fields, { name: "note", type: "string", default: "" }] };

/** A place with the schemas, and what the program says there. */
async function placeWith(topic: string) {
  const place = new Workplace([], topic);
  const { directory } = place;
  const [first, second] = [join(directory, "first.avsc"), join(directory, "second.avsc")];
  await Deno.writeTextFile(first, JSON.stringify(SCHEMA));
  await Deno.writeTextFile(second, JSON.stringify(NEXT));
  return {
    directory,
    first,
    second,
    produce: (flags: readonly string[], ...ids: readonly number[]) =>
      place.runInProcess(["produce", "--input", "-", "--value-format", "avro", ...flags], {
        stdin: ids.map((id) => `${JSON.stringify({ id })}\n`).join(""),
      }),
    consume: (flags: readonly string[]) => {
      const all = ["--from", "beginning", "--exit-at-end", "--format", "value", "--value-format", "avro"];
      return place.runInProcess(["consume", ...all, ...flags]);
    },
    analyze: (flags: readonly string[]) =>
      place.runInProcess([
        ...["analyze", "q", "--trigger", "available-now", "--sink", "json:rows", "--checkpoint", "kept"],
        ...["-X", "stream.s.format=avro", "-X", "query.q.sql=SELECT id FROM s"],
        ...flags,
      ]),
    rows: async () =>
      (await rowsOfFiles(join(directory, "rows"))).map((row) => (JSON.parse(row) as { id: number }).id),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

const registry = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).flatMap(([key, value]) => ["-X", `registry.${key}=${value}`]);

Deno.test("A registry with a certificate of one's own CA, and with credentials, is asked by each command", async () => {
  await using at = await placeWith("guarded");
  const { ca, otherCa, server } = await makeCertificates(at.directory);
  await using guard = await GuardedRegistry.open({ pem: await Deno.readTextFile(server) });
  guard.authorization = `Basic ${btoa("key:secret")}`;
  const basic = registry({ url: guard.url, ca_file: ca, username: "key", password: "secret" });
  const sent = await at.produce([...basic, "--value-schema", at.first], 1, 2);
  equal(sent.code, 0, sent.stderr);
  deepEqual(jsonLines((await at.consume(basic)).stdout), [{ id: 1 }, { id: 2 }]);
  guard.authorization = "Bearer a.b.c";
  const token = registry({ url: guard.url, ca_file: ca, token: "a.b.c" });
  const analyzed = await at.analyze(token);
  equal(analyzed.code, 0, analyzed.stderr);
  deepEqual(await at.rows(), [1, 2]);

  const wrong = [
    [registry({ url: guard.url, token: "a.b.c" }), /Cannot reach .*certificate.*ca_file/s],
    [registry({ url: guard.url, ca_file: otherCa, token: "a.b.c" }), /Cannot reach .*certificate.*ca_file/s],
    [basic, /answers 401: Unauthorized.*Check \[registry\] username and password, or token/s],
    [registry({ url: guard.url, ca_file: ca, token: "other" }), /answers 401: Unauthorized/],
    [
      registry({ url: `http://127.0.0.1:${freePorts(1)[0]}` }),
      /Cannot reach .*refused.*registry is running/s,
    ],
  ] as const;
  const refused = async (run: typeof at.consume, flags: readonly string[], message: RegExp) => {
    const { code, stderr } = await run(flags);
    equal(code, 1, stderr);
    match(stderr, message);
    ok(!stderr.includes("secret") && !stderr.includes("a.b.c"), stderr);
  };
  for (const [flags, message] of wrong) await refused(at.analyze, flags, message);
  for (const [flags, message] of [wrong[0], wrong[2]]) {
    await refused(at.consume, flags, message);
    await refused((flags) => at.produce(flags, 3), flags, message);
  }
});

Deno.test("A query waits for a registry that is away, says so, and loses nothing", async () => {
  await using at = await placeWith("away");
  await using guard = await GuardedRegistry.open();
  const direct = registry({ url: await sharedRegistry() });
  await at.produce([...direct, "--value-schema", at.first], 1, 2);
  await at.produce([...direct, "--value-schema", at.second], 3);
  guard.isAway = true;
  const running = at.analyze([...registry({ url: guard.url }), "-X", `stream.s.schema=${at.first}`]);
  await guard.whenRefused(6);
  guard.isAway = false;
  const { code, stderr } = await running;
  equal(code, 0, stderr);
  match(stderr, /schema registry at \S+ answers 503; asking it again for 5 min/);
  match(stderr, /schema registry at \S+ answers again/);
  deepEqual(await at.rows(), [1, 2, 3]);
});

Deno.test("A query that a registry turns away in the middle ends before it writes, and goes on there", async () => {
  await using at = await placeWith("revoked");
  await using guard = await GuardedRegistry.open();
  const direct = registry({ url: await sharedRegistry() });
  const flags = [...registry({ url: guard.url }), "-X", `stream.s.schema=${at.first}`];
  await at.produce([...direct, "--value-schema", at.first], 1, 2);
  equal((await at.analyze(flags)).code, 0);
  await at.produce([...direct, "--value-schema", at.second], 3, 4);
  guard.authorization = "Bearer other";
  const { code, stderr } = await at.analyze(flags);
  equal(code, 1);
  match(stderr, /The record at offset \d+ of revoked-0 has the schema id \d+\. .*answers 401: Unauthorized/);
  deepEqual(await at.rows(), [1, 2]);
  guard.authorization = undefined;
  equal((await at.analyze(flags)).code, 0);
  deepEqual(await at.rows(), [1, 2, 3, 4]);
});
