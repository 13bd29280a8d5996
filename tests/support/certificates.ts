/** Certificates made by openssl, in PEM, for tests of TLS. */
import { join } from "node:path";
import { runTool } from "./cache.ts";

/** The password of the client's key that has one. */
export const KEY_PASSWORD = "halibut";

/** A name that the server's certificate has, and no DNS. */
export const SERVER_NAME = "kafka.example";

/** Files in PEM. */
export interface Certificates {
  /** Signed the server's certificate and the client's. */
  readonly ca: string;
  /** Signed nothing that is in use. */
  readonly otherCa: string;
  readonly client: string;
  readonly clientKey: string;
  /** The same key, encrypted. */
  readonly lockedKey: string;
  /** The certificate and the key, as PKCS #12, with the same password. */
  readonly clientStore: string;
  /** The server's key and certificate, in one file. It is valid for 127.0.0.1 and {@link SERVER_NAME}, not for localhost. */
  readonly server: string;
  /** The same, but out of date. */
  readonly expiredServer: string;
}

/** Makes all certificates in a directory. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => runTool("openssl", args, { cwd: directory });
  const make = (name: string, more: readonly string[]) =>
    openssl(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2", "-nodes"],
      ...["-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`, ...more],
    );
  const signed = [..."-CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE".split(" ")];
  for (const ca of ["ca", "other"]) await make(ca, ["-addext", "basicConstraints=critical,CA:TRUE"]);
  const names = `subjectAltName=IP:127.0.0.1,DNS:${SERVER_NAME}`;
  await make("server", [...signed, "-addext", names]);
  await openssl(..."req -new -key server.key -subj /CN=server -out server.csr -addext".split(" "), names);
  await openssl(
    ..."x509 -req -in server.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days -1 -out expired.pem"
      .split(" "),
  );
  await make("client", signed);
  await openssl(
    "pkcs8",
    "-topk8",
    "-in",
    "client.key",
    "-out",
    "locked.key",
    "-passout",
    `pass:${KEY_PASSWORD}`,
  );
  const store = "pkcs12 -export -in client.pem -inkey client.key -out client.p12 -passout";
  await openssl(...store.split(" "), `pass:${KEY_PASSWORD}`);
  const key = await Deno.readTextFile(at("server.key"));
  await Deno.writeTextFile(at("broker.pem"), key + await Deno.readTextFile(at("server.pem")));
  await Deno.writeTextFile(at("expired_broker.pem"), key + await Deno.readTextFile(at("expired.pem")));
  return {
    ca: at("ca.pem"),
    otherCa: at("other.pem"),
    client: at("client.pem"),
    clientKey: at("client.key"),
    lockedKey: at("locked.key"),
    clientStore: at("client.p12"),
    server: at("broker.pem"),
    expiredServer: at("expired_broker.pem"),
  };
}
