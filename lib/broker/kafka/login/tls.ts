/** TLS with a broker: which certificates are trusted, which one is shown, and what is checked. */
import type { KafkaConfig } from "kafkajs";
import { createPrivateKey } from "node:crypto";
import { SfcrimeError } from "../../../base/errors.ts";
import { readNamedText } from "../../../base/files/read_named.ts";
import { type KeyStore, pemStore, readKeyStore } from "./key_store.ts";

/** The client properties, with secrets read from their files. */
type Properties = Readonly<Record<string, string>>;

/**
 * The options of TLS.
 *
 * @throws {SfcrimeError} CONFIG for files that are no certificates or keys; FILE_MISSING for one that cannot be read.
 */
export async function tlsOptions(properties: Properties): Promise<NonNullable<KafkaConfig["ssl"]>> {
  const ca = await trusted(properties);
  const { certificates, key } = await ownCertificate(properties);
  if (key !== undefined) requireKey(key, properties);
  const serverName = properties["ssl.server.name"];
  const checksNames = properties["ssl.endpoint.identification.algorithm"]?.toLowerCase() !== "none";
  const passphrase = properties["ssl.key.password"];
  return {
    rejectUnauthorized: !/^(false|no|off|0)$/i.test(properties["enable.ssl.certificate.verification"] ?? ""),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(certificates.length === 0 ? {} : { cert: certificates.join("") }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(checksNames ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** The CAs to trust; undefined for the usual ones. */
async function trusted(properties: Properties): Promise<readonly string[] | undefined> {
  const name = oneOf(properties, ["ssl.ca.pem", "ssl.ca.location", "ssl.truststore.location"]);
  if (name === undefined) return undefined;
  const value = properties[name]!;
  const { certificates } = name === "ssl.ca.pem" ? pemStore(value) : await readKeyStore({
    path: value,
    setting: name,
    password: properties["ssl.truststore.password"],
  });
  if (certificates.length > 0) return certificates;
  throw noCertificate(name, value);
}

/** The certificate of this client, with those that lead to its CA. */
async function ownCertificate(properties: Properties): Promise<KeyStore> {
  const name = oneOf(properties, [
    "ssl.certificate.pem",
    "ssl.certificate.location",
    "ssl.keystore.location",
  ]);
  const keyName = oneOf(properties, ["ssl.key.pem", "ssl.key.location"]);
  const keyText = keyName === undefined
    ? undefined
    : keyName === "ssl.key.pem"
    ? properties[keyName]
    : readNamedText(properties[keyName]!, keyName);
  if (name === undefined) return { certificates: [], key: keyText };
  const value = properties[name]!;
  const { certificates, key } = name === "ssl.certificate.pem" ? pemStore(value) : await readKeyStore({
    path: value,
    setting: name,
    password: properties["ssl.keystore.password"],
  });
  if (certificates.length === 0) throw noCertificate(name, value);
  return { certificates, key: keyText ?? key };
}

/** The one that is set. @throws {SfcrimeError} CONFIG if there are several. */
function oneOf(properties: Properties, names: readonly string[]): string | undefined {
  const set = names.filter((name) => properties[name] !== undefined);
  if (set.length <= 1) return set[0];
  throw new SfcrimeError("CONFIG", `${set.join(" and ")} are both set.`, { hint: "Remove one of the two." });
}

function noCertificate(name: string, value: string): SfcrimeError {
  const what = name.endsWith(".pem") ? `${name} has` : `${name}: ${value} has`;
  return new SfcrimeError("CONFIG", `${what} no certificate in PEM format.`, {
    hint: "Expected a line -----BEGIN CERTIFICATE-----.",
  });
}

/**
 * @throws {SfcrimeError} CONFIG if the key cannot be used: otherwise the connection would fail without a
 * reason.
 */
function requireKey(key: string, properties: Properties): void {
  const passphrase = properties["ssl.key.password"];
  try {
    createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    const path = properties["ssl.key.location"];
    const what = path === undefined ? "The key of this client" : `ssl.key.location: ${path}`;
    throw new SfcrimeError("CONFIG", `${what} is not a valid private key.`, {
      hint: "Expected a key in PEM format; if it is encrypted, set ssl.key.password to its password.",
      cause,
    });
  }
}
