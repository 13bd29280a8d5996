/** Files of client properties, as Kafka's tools and librdkafka have them, on a real Kafka that wants what they set. */
import { equal, match, ok } from "assert";
import { join } from "node:path";
import { KEY_PASSWORD, SERVER_NAME } from "../support/certificates.ts";
import { equippedKafka, type ListenerName, USER } from "../support/equipped_kafka.ts";
import { TokenServer } from "../support/token_server.ts";
import { Workplace } from "../support/workplace.ts";

const { kafka, certificates, issuer } = await equippedKafka();
const MODULE = "org.apache.kafka.common.security";
const PASSWORD = USER.password;

/** Runs a command with a file of properties alone. */
async function run(
  listener: ListenerName,
  lines: readonly string[],
  args: readonly string[] = ["topic", "list"],
) {
  await using place = new Workplace([]);
  const servers = `bootstrap.servers=${kafka.listeners[listener]}`;
  await Deno.writeTextFile(join(place.directory, "client.properties"), [servers, ...lines, ""].join("\n"));
  return await place.runInProcess([...args, "--command-config", "client.properties"]);
}

const TRUST = `ssl.truststore.location=${certificates.ca}`;
const TLS = ["security.protocol=SSL", TRUST];

const ACCEPTED: readonly (readonly [name: string, listener: ListenerName, lines: readonly string[]])[] = [
  ["a login by SCRAM in JAAS, over TLS, with settings of Java alone", "LOGINTLS", [
    "security.protocol=SASL_SSL",
    "sasl.mechanism=SCRAM-SHA-256",
    `sasl.jaas.config=${MODULE}.scram.ScramLoginModule required \\`,
    `  username="${USER.name}" \\`,
    `  password="${PASSWORD}";`,
    TRUST,
    "ssl.truststore.type=PEM",
  ]],
  ["librdkafka's names", "LOGIN", [
    "security.protocol=sasl_plaintext",
    "sasl.mechanisms=PLAIN",
    `sasl.username=${USER.name}`,
    `sasl.password=${PASSWORD}`,
  ]],
  ["a store with the client's certificate, as PKCS #12", "MUTUAL", [
    ...TLS,
    `ssl.keystore.location=${certificates.clientStore}`,
    `ssl.keystore.password=${KEY_PASSWORD}`,
  ]],
  ["another name of the server", "TLS", [...TLS, `ssl.server.name=${SERVER_NAME}`]],
  ["a wrong name of the server that is not checked", "TLS", [
    ...TLS,
    "ssl.server.name=other.example",
    "ssl.endpoint.identification.algorithm=",
  ]],
];

for (const [name, listener, lines] of ACCEPTED) {
  Deno.test(`A client.properties with ${name} is taken as it is`, async () => {
    const { code, stderr } = await run(listener, lines);
    equal(code, 0, stderr);
    ok(!stderr.includes(PASSWORD) && !stderr.includes(KEY_PASSWORD), stderr);
  });
}

Deno.test("A client.properties with certificates and the key themselves is taken as it is", async () => {
  const inline = async (name: string, path: string) =>
    `${name}=${(await Deno.readTextFile(path)).trimEnd().replaceAll("\n", "\\n\\\n")}`;
  const { code, stderr } = await run("MUTUAL", [
    "security.protocol=SSL",
    "ssl.truststore.type=PEM",
    await inline("ssl.truststore.certificates", certificates.ca),
    await inline("ssl.keystore.certificate.chain", certificates.client),
    await inline("ssl.keystore.key", certificates.clientKey),
  ]);
  equal(code, 0, stderr);
});

Deno.test("A client.properties with Java's OAUTHBEARER is taken as it is, for a group, too", async () => {
  await using server = new TokenServer(async () => {
    const token = await issuer.token({ sub: "alice", lifeSeconds: 60 });
    return Response.json({ access_token: token, expires_in: 60 });
  }, await Deno.readTextFile(certificates.server));
  const { code, stderr } = await run("BEARER", [
    "security.protocol=SASL_SSL",
    TRUST,
    "sasl.mechanism=OAUTHBEARER",
    `sasl.oauthbearer.token.endpoint.url=${server.url}`,
    `sasl.login.callback.handler.class=${MODULE}.oauthbearer.OAuthBearerLoginCallbackHandler`,
    `sasl.jaas.config=${MODULE}.oauthbearer.OAuthBearerLoginModule required clientId="alice" clientSecret="s" \\`,
    `  ssl.truststore.location="${certificates.ca}";`,
  ], ["group", "list"]);
  equal(code, 0, stderr);
  equal(server.requests.length, 1);
});

Deno.test("A wrong name of the server, and a wrong password in the file, are refused with what to do", async () => {
  const name = await run("TLS", [...TLS, "ssl.server.name=other.example"]);
  equal(name.code, 1);
  match(name.stderr, /^sfcrime: .*altnames.*other\.example.*\n {2}.*ssl\.server\.name/m);
  const login = await run("LOGIN", [
    "security.protocol=SASL_PLAINTEXT",
    "sasl.mechanism=PLAIN",
    `sasl.jaas.config=${MODULE}.plain.PlainLoginModule required username="${USER.name}" password="wrong-one";`,
  ]);
  equal(login.code, 1);
  match(login.stderr, /refused the login/);
  ok(!login.stderr.includes("wrong-one"));
});

Deno.test("The variable SFCRIME_COMMAND_CONFIG names the file, too; one that is not there is an error with its path", async () => {
  await using place = new Workplace([]);
  await Deno.writeTextFile(
    join(place.directory, "client.properties"),
    `bootstrap.servers=${kafka.listeners.TLS}\n${TLS.join("\n")}\n`,
  );
  const env = { SFCRIME_COMMAND_CONFIG: "client.properties" };
  const { stderr } = await place.succeedInProcess(["topic", "list"], { env });
  ok(stderr.includes(kafka.listeners.TLS!), stderr);
  const gone = await place.runInProcess(["topic", "list", "--command-config", "gone"], { env });
  equal(gone.code, 2);
  match(gone.stderr, /Cannot read file of client properties gone: no such file\./);
});
