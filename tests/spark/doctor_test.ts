/** `doctor` and a Spark Connect server, which reads a real Kafka, or does not. */
import { deepEqual, equal } from "assert";
import { findingsOf, problemsOf, says } from "../support/doctor_findings.ts";
import { sharedKafka } from "../support/kafka.ts";
import { freePorts } from "../support/ports.ts";
import { sharedSparkConnect } from "../support/spark_connect.ts";
import { Workplace } from "../support/workplace.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

Deno.test("A Spark Connect server is described, and whether its cluster finds the topics", async () => {
  await using place = new Workplace(servers);
  const examine = (...flags: readonly string[]) => place.runInProcess(["doctor", "--json", ...flags]);
  const onSpark = ["--engine", "spark", "--remote", server.remote];
  // The topic is not there yet.
  const without = await examine(...onSpark);
  equal(without.code, 1);
  says(problemsOf(without).find(({ area }) => area === "engines"), {
    text: /^Spark does not find the topics of a stream, \S+: This server does not host/,
    advice: /^Create the topic first/,
  });
  await place.succeedInProcess(["produce", "--limit", "5"]);
  const result = await examine(...onSpark);
  deepEqual([result.code, problemsOf(result)], [0, []], result.stdout);
  const texts = findingsOf(result).filter(({ area }) => area === "engines").map(({ text }) => text);
  for (
    const said of [
      new RegExp(`^Spark 4\\.0\\.0 at sc://127\\.0\\.0\\.1:${server.port}, connected within .+$`),
      new RegExp(`^The cluster reads the topics of \\d queries at ${servers.join(",")}$`),
    ]
  ) equal(texts.filter((text) => said.test(text)).length, 1, `${said}\n${result.stdout}`);
});

Deno.test("A server that is not reached is a failure for its engine, a warning for others; a wrong token is told", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "5"]);
  const [port] = freePorts(1);
  const dead = `sc://127.0.0.1:${port}`;
  for (
    const [flags, level, text, advice] of [
      [["--engine", "spark", "--remote", dead], "failure", /connection refused/, /start-connect-server/],
      [["--remote", dead], "warning", /connection refused/, /start-connect-server/],
      [
        ["--engine", "spark", "--remote", server.remote.replace(/token=.*/, "token=wrong")],
        "failure",
        /refuses access/,
        /Check the token/,
      ],
    ] as const
  ) {
    const result = await place.runInProcess(["doctor", "--json", ...flags]);
    equal(result.code, level === "failure" ? 1 : 0);
    const problems = problemsOf(result);
    deepEqual(problems.map(({ area }) => area), ["engines"], result.stdout);
    equal(problems[0]!.level, level);
    says(problems[0], { text, advice });
  }
});
