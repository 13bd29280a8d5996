/** `doctor` on a real Kafka: each way in which it is not reached, and a cluster that is well. */
import { deepEqual, equal, match } from "assert";
import { findingsOf, problemsOf, says } from "../support/doctor_findings.ts";
import { DEAD_PORT, equippedKafka } from "../support/equipped_kafka.ts";
import { KAFKA_VERSION } from "../support/kafka.ts";
import { Workplace } from "../support/workplace.ts";

const { kafka, certificates } = await equippedKafka();

async function examine(server: string, properties: Readonly<Record<string, string>> = {}) {
  await using place = new Workplace([server]);
  const flags = Object.entries(properties).flatMap(([name, value]) => ["-X", `${name}=${value}`]);
  return await place.runInProcess(["doctor", "--json", ...flags]);
}

Deno.test("A cluster that is well is described, with its servers, versions, disks and the broker's clock", async () => {
  await using place = new Workplace(kafka.servers);
  await place.succeedInProcess(["produce", "--limit", "20"]);
  const result = await place.runInProcess(["doctor", "--json", "--write"]);
  deepEqual([result.code, problemsOf(result)], [0, []], result.stderr);
  const findings = findingsOf(result);
  const [major, minor] = KAFKA_VERSION.split(".");
  for (
    const said of [
      /^Kafka at \S+, connected within /,
      /^Cluster \S+, 1 server, controller 1$/,
      /^Not encrypted, no login; all servers are on this machine$/,
      /^Server 1 at 127\.0\.0\.1:\d+, reached within /,
      new RegExp(
        `^Server 1 has the features of Kafka ${major}\\.${minor} and accepts all requests that sfcrime sends`,
      ),
      /^Server 1, \/\S+: [\d.]+ \w+ of [\d.]+ \w+ free$/,
      /^A record was written within /,
      /^The broker's clock and this machine's agree$/,
      /^\d+ topics?, all replicas in sync$/,
    ]
  ) equal(findings.filter(({ text }) => said.test(text)).length, 1, `${said}\n${result.stdout}`);
});

Deno.test("Each way in which a server is not reached is a failure of its own, with what to do", async () => {
  for (
    const [server, properties, text, advice] of [
      [
        `127.0.0.1:${DEAD_PORT}`,
        {},
        /Cannot connect to Kafka: \S+: connection refused\./,
        /Check that Kafka is running/,
      ],
      ["no-such-host.invalid:9092", {}, /unknown host/, /--bootstrap-server is its address/],
      [kafka.listeners["TLS"]!, {}, /speaks TLS/, /Set security\.protocol = ssl/],
      [
        kafka.servers[0]!,
        { "security.protocol": "ssl", "ssl.ca.location": certificates.ca },
        /connection to Kafka at \S+ failed/,
        /does not use TLS on this port: set security\.protocol = plaintext/,
      ],
      [
        kafka.listeners["LOGIN"]!,
        {},
        /connection to Kafka at \S+ failed/,
        /set security\.protocol = sasl_plaintext/,
      ],
      [
        kafka.listeners["ASTRAY"]!,
        {},
        new RegExp(
          `^Server 1 tells its clients to connect to 127\\.0\\.0\\.1:${DEAD_PORT}, which this machine does not reach: connection refused\\.$`,
        ),
        /Set advertised\.listeners/,
      ],
    ] as const
  ) {
    const result = await examine(server, properties);
    equal(result.code, 1, server);
    match(result.stderr, /1 check failed\./);
    const failures = problemsOf(result).filter(({ level }) => level === "failure");
    equal(failures.length, 1, result.stdout);
    says(failures[0], { text, advice });
  }
});

Deno.test("Over TLS the report says so, and warns where certificates are not verified", async () => {
  const tls = { "security.protocol": "ssl", "ssl.ca.location": certificates.ca };
  const verified = await examine(kafka.listeners["TLS"]!, tls);
  equal(findingsOf(verified).filter(({ text }) => text === "Encrypted by TLS, no login").length, 1);
  // Those of the tests are valid for two days.
  says(problemsOf(verified)[0], {
    text: /^The trusted certificate, CN=ca, expires in (1 d|2 d|47|48)/,
    advice: /Ask the operator/,
  });
  for (
    const [name, value, text, advice] of [
      ["enable.ssl.certificate.verification", "no", /certificates are not verified/, /Remove enable\.ssl/],
      ["ssl.endpoint.identification.algorithm", "none", /names are not verified/, /Remove ssl\.endpoint/],
    ] as const
  ) {
    const blind = await examine(kafka.listeners["TLS"]!, { ...tls, [name]: value });
    const finding = problemsOf(blind).find((one) => text.test(one.text));
    equal(finding?.level, "warning");
    says(finding, { text, advice });
  }
  // The server does not look at it.
  const expired = await Deno.readTextFile(certificates.expiredServer);
  const shown = await examine(kafka.listeners["TLS"]!, {
    ...tls,
    "ssl.certificate.pem": expired.slice(expired.indexOf("-----BEGIN CERTIFICATE-----")),
    "ssl.key.pem": expired.slice(0, expired.indexOf("-----BEGIN CERTIFICATE-----")),
  });
  equal(shown.code, 1);
  const failed = problemsOf(shown).find(({ level }) => level === "failure");
  says(failed, {
    text: /^The client's certificate, CN=server, has expired .+ ago\.$/,
    advice: /for a new one/,
  });
});
