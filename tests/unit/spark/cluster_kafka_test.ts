import { deepEqual, throws } from "assert";
import { readNamedText } from "../../../lib/base/files/read_named.ts";
import { clusterProperties } from "../../../lib/spark/cluster/cluster_kafka.ts";

const textOf = (path: string) => `text of ${path}`;

Deno.test("A login goes to Java's client as one JAAS entry, whatever stands in the password", () => {
  const properties = clusterProperties({
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": "ada",
    "sasl.password": 'a"b\\c; d',
    "request.timeout.ms": "5000",
  }, textOf);
  deepEqual(properties, {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.jaas.config":
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="ada" password="a\\"b\\\\c; d";',
  });
});

Deno.test("Certificates go as text, as the cluster has no files of this host", () => {
  const properties = clusterProperties({
    "security.protocol": "SSL",
    "ssl.ca.location": "ca.pem",
    "ssl.certificate.location": "client.pem",
    "ssl.key.location": "client.key",
    "ssl.key.password": "secret",
  }, textOf);
  deepEqual(properties, {
    "security.protocol": "SSL",
    "ssl.key.password": "secret",
    "ssl.truststore.type": "PEM",
    "ssl.truststore.certificates": "text of ca.pem",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.certificate.chain": "text of client.pem",
    "ssl.keystore.key": "text of client.key",
  });
});

Deno.test("What Java's client does not have is refused, with what to do", () => {
  throws(
    () => clusterProperties({ "enable.ssl.certificate.verification": "false" }, textOf),
    /Spark always verifies certificates/,
  );
  throws(() => clusterProperties({ "linger.ms": "5" }, textOf), /linger\.ms cannot be passed on to Spark/);
});

Deno.test("A file that cannot be read is named with its property", () => {
  throws(
    () => clusterProperties({ "ssl.ca.location": "no-such.pem" }, readNamedText),
    (error: Error & { readonly code?: string }) =>
      error.code === "FILE_MISSING" && error.message.startsWith("ssl.ca.location: cannot read no-such.pem: "),
  );
});

Deno.test("A login with tokens of an endpoint goes to Java's client; a file with one cannot", () => {
  const bearer = {
    "sasl.mechanism": "oauthbearer",
    "sasl.oauthbearer.token.endpoint.url": "https://login.example/token",
    "sasl.oauthbearer.client.id": "ada",
    "sasl.oauthbearer.client.secret": 'a"b',
    "sasl.oauthbearer.scope": "kafka",
    "sasl.oauthbearer.extensions": "logicalCluster=lkc-1",
  };
  deepEqual(clusterProperties(bearer, textOf), {
    "sasl.mechanism": "OAUTHBEARER",
    "sasl.oauthbearer.token.endpoint.url": "https://login.example/token",
    "sasl.login.callback.handler.class":
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
    "sasl.jaas.config":
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="ada" scope="kafka" extension_logicalCluster="lkc-1" clientSecret="a\\"b";',
  });
  throws(
    () => clusterProperties({ "sasl.mechanism": "oauthbearer", "sasl.oauthbearer.token_file": "t" }, textOf),
    /token_file cannot be passed on to Spark/,
  );
});

Deno.test("Certificates that are texts go as they are, and names that are not checked by Java's word for it", () => {
  deepEqual(
    clusterProperties({ "ssl.ca.pem": "CA", "ssl.endpoint.identification.algorithm": "none" }, textOf),
    {
      "ssl.endpoint.identification.algorithm": "",
      "ssl.truststore.type": "PEM",
      "ssl.truststore.certificates": "CA",
    },
  );
});
