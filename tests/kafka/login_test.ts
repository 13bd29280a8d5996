/** Logins and TLS, on a real Kafka that wants them: by the broker's interface, and by the program's settings. */
import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import type { Broker } from "../../lib/broker/broker.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { openBroker } from "../support/brokers.ts";
import { saidOnLines, verbsOfToday } from "../support/broker_verbs.ts";
import { sampleCalls } from "../support/calls.ts";
import { KEY_PASSWORD, SERVER_NAME } from "../support/certificates.ts";
import { equippedKafka, type ListenerName, SESSION_MS, USER } from "../support/equipped_kafka.ts";
import { countsByType, freshTopic, lines, printedCounts, Workplace } from "../support/workplace.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const { kafka, certificates } = await equippedKafka();
const addressOf = (listener: ListenerName | "PLAINTEXT") =>
  listener === "PLAINTEXT" ? kafka.servers[0]! : kafka.listeners[listener]!;

type Properties = Readonly<Record<string, string>>;

function login(mechanism: string, password: string = USER.password): Properties {
  return {
    "security.protocol": "sasl_plaintext",
    "sasl.mechanism": mechanism,
    "sasl.username": USER.name,
    "sasl.password": password,
  };
}

const TLS: Properties = { "security.protocol": "ssl", "ssl.ca.location": certificates.ca };
const LOGIN_TLS: Properties = { ...TLS, "security.protocol": "sasl_ssl" };
const CLIENT: Properties = {
  ...TLS,
  "ssl.certificate.location": certificates.client,
  "ssl.key.location": certificates.clientKey,
};
const LOCKED: Properties = {
  ...CLIENT,
  "ssl.key.location": certificates.lockedKey,
  "ssl.key.password": KEY_PASSWORD,
};

const utf8 = new TextEncoder();
const text = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);

/** All values of a topic of one partition, read by ranges. */
async function valuesRead(broker: Broker, topic: string): Promise<(string | null)[]> {
  const reader = await broker.openReader();
  const values: (string | null)[] = [];
  for (const [partition, to] of await broker.listOffsets(topic, "latest")) {
    const range = { topic, partition, from: 0, to };
    for await (const chunk of reader.read(range)) {
      values.push(...consumedRecords(chunk, range).map(({ value }) => text(value)));
    }
  }
  return values;
}

/** The same, read as a member of a group. */
async function valuesConsumed(broker: Broker, topic: string): Promise<(string | null)[]> {
  const values: (string | null)[] = [];
  await broker.subscribe({
    group: topic,
    topics: [topic],
    autoOffsetReset: "earliest",
    signal: new AbortController().signal,
    until: new Map([[topic, await broker.listOffsets(topic, "latest")]]),
    onRecords: (records) => {
      values.push(...records.map(({ value }) => text(value)));
      return Promise.resolve({ count: records.length, wantsMore: true });
    },
  });
  return values;
}

const LOGINS: readonly (readonly [name: string, listener: ListenerName, properties: Properties])[] = [
  ["PLAIN", "LOGIN", login("plain")],
  ["SCRAM-SHA-256", "LOGIN", login("scram-sha-256")],
  ["SCRAM-SHA-512", "LOGIN", login("SCRAM-SHA-512")],
  ["PLAIN over TLS", "LOGINTLS", { ...login("plain"), ...LOGIN_TLS }],
  ["SCRAM-SHA-256 over TLS", "LOGINTLS", { ...login("scram-sha-256"), ...LOGIN_TLS }],
  ["SCRAM-SHA-512 over TLS", "LOGINTLS", { ...login("scram-sha-512"), ...LOGIN_TLS }],
  ["TLS", "TLS", TLS],
  ["unverified TLS", "TLS", { "security.protocol": "ssl", "enable.ssl.certificate.verification": "false" }],
  ["TLS with a client's certificate", "MUTUAL", CLIENT],
  ["TLS with a client's encrypted key", "MUTUAL", LOCKED],
];

for (const [name, listener, properties] of LOGINS) {
  Deno.test(`What is written over ${name} is read over it, by ranges and by a group`, async () => {
    const topic = freshTopic();
    const values = sampleCalls().slice(0, 20).map((call) => JSON.stringify(call));
    const broker = await openBroker({
      kind: "kafka",
      servers: [addressOf(listener)],
      clientId: "login",
      properties,
    });
    try {
      await broker.createTopic(topic, {
        numPartitions: 1,
        replicationFactor: 1,
        config: { "retention.ms": "-1" },
      });
      const appender = await broker.openAppender({ codec: "none", acks: "all" });
      const records = values.map((value) => ({ key: null, value: utf8.encode(value), timestampMs: 0 }));
      await appender.append(topic, [{ partition: 0, records: RecordsBuilder.of(records) }]);
      deepEqual(await valuesRead(broker, topic), values);
      deepEqual(await valuesConsumed(broker, topic), values);
    } finally {
      await broker.close();
    }
  });
}

function iniOf(properties: Properties, listener: ListenerName): string {
  const entries = Object.entries({ bootstrap_servers: addressOf(listener), ...properties });
  return `[kafka]\n${entries.map(([key, value]) => `${key} = ${value}\n`).join("")}`;
}

/** Settings as users write them: in the file, with the password in the environment or on the command line. */
const SETTINGS: readonly {
  readonly name: string;
  readonly listener: ListenerName;
  readonly file: Properties;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Whether processes are started for it, which may read what they are permitted to, and no more. */
  readonly byProcesses?: true;
}[] = [{
  name: "a login whose password is in the environment",
  listener: "LOGIN",
  file: {
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": USER.name,
  },
  env: { SFCRIME_KAFKA_SASL_PASSWORD: USER.password },
}, {
  name: "a login over TLS that the file has whole",
  listener: "LOGINTLS",
  file: { ...login("plain"), ...LOGIN_TLS },
  byProcesses: true,
}, {
  name: "a login over TLS whose password is in a file",
  listener: "LOGINTLS",
  file: { ...login("scram-sha-256", ""), ...LOGIN_TLS, "sasl.password_file": "password" },
}, {
  name: "a client's certificate whose key's password is on the command line",
  listener: "MUTUAL",
  file: { ...CLIENT, "ssl.key.location": certificates.lockedKey },
  args: ["-X", `ssl.key.password=${KEY_PASSWORD}`],
}];

for (const { name, listener, file, env = {}, args = [], byProcesses } of SETTINGS) {
  Deno.test(`Calls are produced, consumed and analysed with ${name}`, async () => {
    await using place = new Workplace();
    await Deno.writeTextFile(`${place.directory}/app.cfg`, iniOf(file, listener));
    await Deno.writeTextFile(`${place.directory}/password`, `${USER.password}\n`);
    const succeed = async (words: readonly string[]) => {
      const all = [...words, "--config", "app.cfg", ...args];
      const run = byProcesses ? place.succeed(all, { env }) : place.succeedInProcess(all, { env });
      return (await run).stdout;
    };
    await succeed(["produce", "--partitions", "2"]);
    const consumed = await succeed(["consume", "--from", "beginning", "--format", "ndjson", "--exit-at-end"]);
    const ids = lines(consumed).map((line) => (JSON.parse(line) as { key: string }).key);
    deepEqual(ids.toSorted(), sampleCalls().map(({ crime_id: id }) => id).toSorted());
    const counts = await succeed(["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"]);
    deepEqual(printedCounts(counts), countsByType());
  });
}

/** Far less than the program goes on trying where a server is only away for a while, also on a busy machine. */
const REFUSED_MS_MAX = 20_000;
const WRONG = "not-the-password";

const REFUSALS: readonly {
  readonly what: string;
  readonly listener: ListenerName | "PLAINTEXT";
  readonly properties: Properties;
  /** What to do. */
  readonly hint: RegExp;
  /** What else it takes, where the hint names a value with which it works. */
  readonly besides?: Properties;
}[] = [
  {
    what: "wrong password",
    listener: "LOGIN",
    properties: login("plain", WRONG),
    hint: /Check sasl\.username and sasl\.password\.$/m,
  },
  {
    what: "wrong password for SCRAM",
    listener: "LOGIN",
    properties: login("scram-sha-256", WRONG),
    hint: /Check sasl\.username and sasl\.password\..* credentials for scram-sha-256/,
  },
  {
    what: "wrong password over TLS",
    listener: "LOGINTLS",
    properties: { ...login("scram-sha-512", WRONG), ...LOGIN_TLS },
    hint: /Check sasl\.username and sasl\.password/,
  },
  {
    what: "mechanism that the broker does not take",
    listener: "PLAINONLY",
    properties: login("scram-sha-256"),
    hint: /Set sasl\.mechanism to one that the server accepts: plain\.$/m,
    besides: {},
  },
  {
    what: "missing login",
    listener: "LOGIN",
    properties: {},
    hint: /If it requires a login, set security\.protocol = sasl_plaintext, sasl\.mechanism/,
    besides: login("plain"),
  },
  {
    what: "missing login over TLS",
    listener: "LOGINTLS",
    properties: TLS,
    hint:
      /If it requires a login, set security\.protocol = sasl_ssl, sasl\.mechanism.*; if it requires a client cert/,
    besides: login("plain"),
  },
  {
    what: "login where none is taken",
    listener: "PLAINTEXT",
    properties: login("plain"),
    hint: /does not accept logins on this port: set security\.protocol = plaintext\.$/m,
    besides: {},
  },
  {
    what: "login where none is taken over TLS",
    listener: "TLS",
    properties: { ...login("plain"), ...LOGIN_TLS },
    hint: /does not accept logins on this port: set security\.protocol = ssl\.$/m,
    besides: {},
  },
  {
    what: "TLS port spoken to in plain",
    listener: "TLS",
    properties: {},
    hint: /Set security\.protocol = ssl, or sasl_ssl/,
    besides: TLS,
  },
  {
    what: "TLS port that is given a login in plain",
    listener: "LOGINTLS",
    properties: login("plain"),
    hint: /Set security\.protocol = sasl_ssl\.$/m,
    besides: TLS,
  },
  {
    what: "plain port spoken to in TLS",
    listener: "PLAINTEXT",
    properties: TLS,
    hint: /most likely does not use TLS on this port: set security\.protocol = plaintext, or/,
    besides: {},
  },
  {
    what: "plain port that is given a login in TLS",
    listener: "LOGIN",
    properties: { ...login("plain"), ...LOGIN_TLS },
    hint: /most likely does not use TLS on this port: set security\.protocol = sasl_plaintext\.$/m,
    besides: {},
  },
  {
    what: "certificate signed by somebody else",
    listener: "TLS",
    properties: { ...TLS, "ssl.ca.location": certificates.otherCa },
    hint: /Set ssl\.ca\.location/,
  },
  {
    what: "certificate signed by nobody known",
    listener: "TLS",
    properties: { "security.protocol": "ssl" },
    hint: /Set ssl\.ca\.location/,
  },
  {
    what: "certificate for another host",
    listener: "TLS",
    properties: { ...TLS, "ssl.server.name": "other.example" },
    hint: /set ssl\.server\.name to one\.$/m,
    besides: { "ssl.server.name": SERVER_NAME },
  },
  {
    what: "certificate that is out of date",
    listener: "EXPIRED",
    properties: TLS,
    hint: /certificate of the server is out of date: renew it there/,
  },
  {
    what: "user that nobody knows",
    listener: "LOGIN",
    properties: { ...login("plain"), "sasl.username": "mallory" },
    hint: /Check sasl\.username and sasl\.password\.$/m,
    besides: login("plain"),
  },
  {
    what: "missing client's certificate",
    listener: "MUTUAL",
    properties: TLS,
    // The server's alert may be lost when it closes the connection while the first request is on its way.
    hint: /if it requires a client certificate, (?:set )?ssl\.certificate\.location and ssl\.key\.location/i,
    besides: CLIENT,
  },
];

/** The value that a hint names for a setting. */
function hinted(stderr: string): Properties {
  const protocol = /security\.protocol = (\w+)/.exec(stderr)?.[1];
  const mechanism = /server accepts: ([\w-]+)/.exec(stderr)?.[1];
  return {
    ...(protocol === undefined ? {} : { "security.protocol": protocol }),
    ...(mechanism === undefined ? {} : { "sasl.mechanism": mechanism }),
  };
}

for (const [index, { what, listener, properties, hint, besides }] of REFUSALS.entries()) {
  Deno.test(`A ${what} is one error within seconds that names the server and a setting that mends it`, async () => {
    await using place = new Workplace([addressOf(listener)]);
    const runVerb = (
      verb: readonly string[],
      { "sasl.password": password = "", ...given }: Properties,
    ) =>
      place.runInProcess(
        [...verb, ...Object.entries(given).flatMap(([key, value]) => ["-X", `${key}=${value}`])],
        { env: { SFCRIME_KAFKA_SASL_PASSWORD: password } },
      );
    const [first, ...others] = verbsOfToday(index);
    const run = (given: Properties) => runVerb(first!, given);
    for (const verb of others) {
      const refused = await runVerb(verb, properties);
      equal(refused.code, 1, refused.stderr);
      const said = saidOnLines(refused);
      match(said, hint, verb.join(" "));
      ok(said.includes(addressOf(listener)), said);
      ok(![WRONG, USER.password].some((secret) => said.includes(secret)), said);
    }
    const startMs = Date.now();
    const { code, stdout, stderr } = await run(properties);
    ok(Date.now() - startMs < REFUSED_MS_MAX, `it took ${Date.now() - startMs} ms`);
    equal(code, 1, stderr);
    equal(stdout, "");
    equal(stderr.match(/^sfcrime: /gm)?.length, 1, stderr);
    ok(stderr.startsWith("sfcrime: ") && stderr.includes(addressOf(listener)), stderr);
    match(stderr, hint);
    doesNotMatch(stderr, /^\s+at |Error:|file:\/\//m);
    ok(![WRONG, USER.password].some((secret) => stderr.includes(secret)), stderr);
    if (besides === undefined) return;
    // A hint may offer a login or a certificate.
    const followed = "ssl.certificate.location" in besides ? {} : hinted(stderr);
    const mended = await run({ ...properties, ...besides, ...followed });
    equal(mended.code, 0, `${stderr}\n${mended.stderr}`);
  });
}

Deno.test("A mechanism that nobody knows, a key that cannot be read, and a file without a certificate are named", async () => {
  await using place = new Workplace([addressOf("MUTUAL")]);
  const refused = async (properties: Properties) => {
    const settings = Object.entries(properties).flatMap(([key, value]) => ["-X", `${key}=${value}`]);
    const { code, stderr } = await place.runInProcess(["consume", ...settings]);
    equal(code, 2, stderr);
    return stderr;
  };
  match(await refused({ "sasl.mechanism": "gssapi" }), /sasl\.mechanism.*"gssapi".*plain, scram-sha-256/s);
  const locked = await refused({ ...LOCKED, "ssl.key.password": WRONG });
  ok(locked.includes(certificates.lockedKey) && /ssl\.key\.password/.test(locked), locked);
  ok(!locked.includes(WRONG), locked);
  const noCertificate = await refused({ ...TLS, "ssl.ca.location": certificates.clientKey });
  match(noCertificate, /ssl\.ca\.location.*no certificate/);
});

const SESSIONS = 4;

Deno.test("Sessions that end again and again are renewed silently, and no call is lost or doubled", async () => {
  await using place = new Workplace([addressOf("SHORT")]);
  const config = `${place.directory}/app.cfg`;
  const query = "[query.ids]\nsql = SELECT crime_id FROM calls\noutput_mode = append\n";
  await Deno.writeTextFile(config, iniOf(login("plain"), "SHORT") + query);
  const options = ["--config", config, "--log-level", "debug, kafkajs=debug"];
  await place.succeed(["topic", "create", place.topic, "--partitions", "2", ...options]);
  const startMs = Date.now();
  const analyzing = place.start(["analyze", "ids", "--trigger", "500ms", "--sink", "ndjson", ...options]);
  const calls = sampleCalls().length;
  const rate = Math.floor(calls / (SESSIONS * SESSION_MS / 1_000));
  const produced = await place.succeed(["produce", "--rate", String(rate), ...options]);
  await analyzing.until(({ stdout }) => lines(stdout).length >= calls);
  ok(Date.now() - startMs > SESSIONS * SESSION_MS);
  analyzing.kill("SIGINT");
  const { code, stdout, stderr } = await analyzing.ended();
  equal(code, 0, stderr);
  const ids = lines(stdout).map((line) => (JSON.parse(line) as { crime_id: string }).crime_id);
  deepEqual(ids.toSorted(), sampleCalls().map(({ crime_id: id }) => id).toSorted());
  // Right after its start, a broker may have to load what it knows of groups and producers.
  const log = [produced.stderr, stderr].join("\n").replaceAll(/^.*is loading.*$/gm, "");
  doesNotMatch(log, /Trying again|Closed connection/);
});
