/** `analyze --sql`: a topic, no configuration file, one command, an answer. */
import { deepEqual, equal, match } from "assert";
import { Workplace } from "../support/workplace.ts";
import { jsonLines } from "./answers.ts";

const RECORDS = [1, 2, 3].map((id) =>
  JSON.stringify({ id, at: `2018-12-31T10:0${id}:00Z`, device: { kind: id > 1 ? "b" : "a" } })
);

Deno.test("A statement over a topic has its columns from the last records, whatever the topic is called", async () => {
  await using place = new Workplace();
  const stdin = RECORDS.map((record) => `${record}\n`).join("");
  await place.succeedInProcess(["produce", "--input", "-", "--key", "none", "--validate", "none"], { stdin });
  const from = "FROM `" + place.topic + "`";
  const run = async (...args: readonly string[]) =>
    jsonLines(
      (await place.succeedInProcess(["analyze", "--sink", "ndjson", ...args], { stdin: `SELECT id ${from}` }))
        .stdout,
    );
  deepEqual(
    await run(
      "--sql",
      `SELECT device.kind, count(*) AS n ${from} GROUP BY 1 ORDER BY 1`,
      "--output-mode",
      "complete",
    ),
    [{ kind: "a", n: 1 }, { kind: "b", n: 2 }],
  );
  deepEqual(await run("--sql", "-"), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  const windows =
    `SELECT window(at, '1 minute').start AS w, count(*) AS n ${from} GROUP BY window(at, '1 minute')`;
  deepEqual(await run("--watermark", "at 0 seconds", "--sql", windows), [
    { w: "2018-12-31T10:01:00.000Z", n: 1 },
    { w: "2018-12-31T10:02:00.000Z", n: 1 },
  ]);
});

Deno.test("What is wrong with a statement of the command line is said before a broker is asked", async () => {
  await using place = new Workplace();
  const refused = async (...args: readonly string[]) => {
    const { code, stderr } = await place.runInProcess(["analyze", ...args]);
    equal(code, 2, stderr);
    return stderr;
  };
  match(await refused("--sql", "SELEC 1"), /Query sql, line 1/);
  match(
    await refused("by_type", "--sql", "SELECT 1 FROM calls"),
    /--sql cannot be used together with the names/,
  );
  match(await refused("--output-mode", "complete"), /--output-mode needs --sql/);
  match(await refused("--sql", "@nowhere.sql"), /cannot read nowhere\.sql/);
});
