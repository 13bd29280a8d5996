/** `doctor` and schema registries: a real one, one that asks for a login, and those that do not answer. */
import { deepEqual, equal } from "assert";
import { findingsOf, problemsOf, says } from "../support/doctor_findings.ts";
import { GuardedRegistry } from "../support/guarded_registry.ts";
import { freePorts } from "../support/ports.ts";
import { sharedRegistry } from "../support/schema_registry.ts";
import { Workplace } from "../support/workplace.ts";

/** What is found of a registry. */
async function examine(url: string, properties: Readonly<Record<string, string>> = {}) {
  await using place = new Workplace();
  await place.succeedInProcess(["produce", "--limit", "1"]);
  const flags = Object.entries({ "registry.url": url, ...properties })
    .flatMap(([name, value]) => ["-X", `${name}=${value}`]);
  const result = await place.runInProcess(["doctor", "--json", ...flags]);
  return {
    code: result.code,
    problems: problemsOf(result),
    found: findingsOf(result).filter(({ area }) => area === "registry"),
  };
}

Deno.test("A schema registry that answers is described; one that is read-only is a warning", async () => {
  const { code, found } = await examine(`${await sharedRegistry()}/`);
  equal(code, 0);
  deepEqual(found.map(({ level }) => level), ["ok"]);
  says({ ...found[0]!, advice: "none" }, {
    text: /^Schema registry \S+\/ccompat\/v7: answered within .+, AVRO, JSON, PROTOBUF$/,
    advice: /none/,
  });

  await using guarded = await GuardedRegistry.open();
  guarded.mode = "READONLY_OVERRIDE";
  const readOnly = await examine(guarded.url);
  equal(readOnly.code, 0);
  deepEqual(readOnly.found.map(({ level }) => level), ["warning"]);
  says(readOnly.found[0], { text: /is read-only \(READONLY_OVERRIDE\)/, advice: /mode READWRITE/ });
  guarded.mode = "READWRITE";
  const writable = await examine(guarded.url);
  says({ ...writable.found[0]!, advice: "none" }, { text: /PROTOBUF, READWRITE$/, advice: /none/ });
});

Deno.test("Each way in which a registry does not answer is one failure, also if streams need it", async () => {
  await using guarded = await GuardedRegistry.open();
  guarded.authorization = "Bearer right";
  const [port] = freePorts(1);
  for (
    const [url, properties, text, advice] of [
      [
        `http://127.0.0.1:${port}`,
        {},
        /Cannot reach the schema registry at \S+: .*refused/,
        /registry is running/,
      ],
      [guarded.url, {}, /answers 401/, /Check \[registry\] username and password, or token/],
      [guarded.url, { "registry.token": "wrong" }, /answers 401/, /or token/],
      [
        `${await sharedRegistry()}/nowhere`,
        { "stream.s.format": "avro", "query.q.sql": "SELECT * FROM s" },
        /answers 404/,
        /ends with \/apis\/ccompat\/v7/,
      ],
    ] as const
  ) {
    const { code, problems } = await examine(url, properties);
    equal(code, 1);
    const failures = problems.filter(({ level }) => level === "failure");
    equal(failures.length, 1, JSON.stringify(failures));
    says(failures[0], { text, advice });
  }
  const right = await examine(guarded.url, { "registry.token": "right" });
  deepEqual([right.code, right.found.map(({ level }) => level)], [0, ["ok"]]);
});
