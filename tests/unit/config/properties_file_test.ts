import { deepEqual, equal, match, ok } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { parseProperties } from "../../../lib/config/properties/properties_file.ts";
import { checkSettings, loadSettings, type Settings } from "../../../lib/config/settings.ts";

interface Given {
  readonly properties?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ini?: string;
}

function sourcesOf(text: string, { properties = [], environment = {}, ini }: Given = {}) {
  return {
    flags: [],
    properties,
    environment,
    file: ini === undefined ? undefined : { path: "app.cfg", text: ini },
    propertiesFile: parseProperties({ path: "client.properties", text }),
  };
}

const load = (text: string, given?: Given): Settings => loadSettings(sourcesOf(text, given));
const clientOf = (text: string, given?: Given) => ({ ...load(text, given).clientProperties });

function refusal(text: string): string {
  const { error } = checkSettings(sourcesOf(text));
  ok(error instanceof SfcrimeError, text);
  return `${error.message}\n${error.hint}`;
}

const MODULE = "org.apache.kafka.common.security";

Deno.test("A client.properties as Kafka's documentation shows it gives the properties of the same meaning", () => {
  deepEqual(
    clientOf(`# for kafka-console-consumer.sh
bootstrap.servers=kafka.example:9094
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=${MODULE}.scram.ScramLoginModule required \\
  username="alice" \\
  password="a\\\\"b=c; d";
ssl.truststore.location=/etc/kafka/trust.p12
ssl.truststore.password: changeit
ssl.endpoint.identification.algorithm=
`),
    {
      "security.protocol": "SASL_SSL",
      "sasl.mechanism": "SCRAM-SHA-512",
      "sasl.username": "alice",
      "sasl.password": 'a"b=c; d',
      "ssl.truststore.location": "/etc/kafka/trust.p12",
      "ssl.truststore.password": "changeit",
      "ssl.endpoint.identification.algorithm": "none",
    },
  );
  deepEqual(load("bootstrap.servers=kafka.example:9094").kafka.bootstrap_servers, ["kafka.example:9094"]);
});

Deno.test("OAUTHBEARER is taken as Java writes it, in JAAS or in properties, and as librdkafka does", () => {
  const ours = {
    "sasl.mechanism": "OAUTHBEARER",
    "sasl.oauthbearer.token.endpoint.url": "https://login.example/token",
    "sasl.oauthbearer.client.id": "sfcrime",
    "sasl.oauthbearer.client.secret": "swordfish",
    "sasl.oauthbearer.scope": "kafka",
  };
  const start = "sasl.oauthbearer.token.endpoint.url=https://login.example/token\n";
  const texts = [
    `sasl.mechanism=OAUTHBEARER\n${start}sasl.jaas.config=${MODULE}.oauthbearer.OAuthBearerLoginModule required clientId='sfcrime' clientSecret=swordfish scope="kafka";
sasl.login.callback.handler.class=${MODULE}.oauthbearer.secured.OAuthBearerLoginCallbackHandler`,
    `sasl.mechanism=OAUTHBEARER\n${start}sasl.oauthbearer.client.credentials.client.id=sfcrime
sasl.oauthbearer.client.credentials.client.secret=swordfish\nsasl.oauthbearer.scope=kafka`,
    `sasl.mechanisms=OAUTHBEARER\n${start}sasl.oauthbearer.method=oidc\nsasl.oauthbearer.client.id=sfcrime
sasl.oauthbearer.client.secret=swordfish\nsasl.oauthbearer.scope=kafka`,
  ];
  for (const text of texts) deepEqual(clientOf(text), ours);
  deepEqual(
    clientOf(
      `sasl.jaas.config=${MODULE}.oauthbearer.OAuthBearerLoginModule required clientId=a clientSecret=b extension_logicalCluster=lkc-1 extension_pool="p";`,
    ),
    {
      "sasl.oauthbearer.client.id": "a",
      "sasl.oauthbearer.client.secret": "b",
      "sasl.oauthbearer.extensions": "logicalCluster=lkc-1,pool=p",
    },
  );
  deepEqual(clientOf("sasl.oauthbearer.token.endpoint.url=file:///run/secrets/my%20token"), {
    "sasl.oauthbearer.token_file": "/run/secrets/my token",
  });
});

Deno.test("The same names are taken with -X and in [kafka]", () => {
  const properties = [
    "sasl.mechanisms=PLAIN",
    `sasl.jaas.config=${MODULE}.plain.PlainLoginModule required username="alice" password="p";`,
  ];
  const ours = { "sasl.mechanism": "PLAIN", "sasl.username": "alice", "sasl.password": "p" };
  deepEqual(clientOf("", { properties }), ours);
  deepEqual(clientOf("", { ini: `[kafka]\n${properties.join("\n")}\n` }), ours);
});

Deno.test("The file wins over the configuration file, and variables and the command line over it", () => {
  const text = "client.id=of-properties\nssl.ca.location=of-properties\nsasl.username=of-properties\n";
  const { kafka, clientProperties, provenance } = load(text, {
    ini: "[kafka]\nclient_id = of-ini\nssl.ca.location = of-ini\nssl.key.location = of-ini\n",
    environment: { SFCRIME_KAFKA_SSL_CA_LOCATION: "of-environment" },
    properties: ["sasl.username=of-flag"],
  });
  equal(kafka.client_id, "of-properties");
  equal(provenance.get("kafka.client_id")?.place, "client.properties:1");
  deepEqual({ ...clientProperties }, {
    "sasl.username": "of-flag",
    "ssl.ca.location": "of-environment",
    "ssl.key.location": "of-ini",
  });
});

Deno.test("What is unknown about security is an error with its line; what is about something else, a warning", () => {
  match(
    refusal("\n\nssl.trustore.location=a"),
    /^client\.properties:3: ssl\.trustore\.location is not a known client property\. Did you mean ssl\.truststore\.location\?/,
  );
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true;",
      /client\.properties:1: sasl\.jaas\.config: logins by Kerberos \(GSSAPI\) are not supported\.\nSupported: PlainLoginModule/,
    ],
    [
      `sasl.jaas.config=${MODULE}.plain.PlainLoginModule required username="alice" password="swordfish" tokenauth=true;`,
      /its option tokenauth is not supported/,
    ],
    ['sasl.jaas.config=username="alice" password="swordfish"', /it is not the entry of a login/],
    ["sasl.login.callback.handler.class=com.example.Swordfish", /classes of Java cannot be loaded/],
    [
      "ssl.engine.factory.class=com.example.Factory",
      /ssl\.engine\.factory\.class is not a known client property/,
    ],
    ["sasl.mechanism=GSSAPI", /client\.properties:1: .*"GSSAPI": expected plain, scram/],
  ];
  for (const [text, message] of cases) {
    match(refusal(text), message);
    ok(!/"swordfish"/.test(refusal(text)));
  }
  const { error, warnings } = checkSettings(
    sourcesOf("key.deserializer=a.B\nssl.keystore.type=JKS\nssl.enabled.protocols=TLSv1.3\n"),
  );
  equal(error, undefined);
  deepEqual(warnings, [
    "client.properties:1: key.deserializer is not used.",
    "client.properties:2: ssl.keystore.type is not used: the type of a store is told by its content.",
    "client.properties:3: ssl.enabled.protocols is not used: TLS 1.2 and 1.3 are used, with the ciphers of the runtime.",
  ]);
});
