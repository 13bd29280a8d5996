/** Certificates made by openssl, in PEM, for tests of TLS. */
import { join } from "node:path";
import { runTool } from "./cache.ts";

/** The password of the client's key that has one. */
export const KEY_PASSWORD = "halibut";

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
  /** The server's key and certificate, in one file. It is valid for 127.0.0.1, not for localhost. */
  readonly server: string;
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
  await make("server", [...signed, "-addext", "subjectAltName=IP:127.0.0.1"]);
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
  const server = await Promise.all(["server.key", "server.pem"].map((name) => Deno.readTextFile(at(name))));
  await Deno.writeTextFile(at("broker.pem"), server.join(""));
  return {
    ca: at("ca.pem"),
    otherCa: at("other.pem"),
    client: at("client.pem"),
    clientKey: at("client.key"),
    lockedKey: at("locked.key"),
    server: at("broker.pem"),
  };
}
