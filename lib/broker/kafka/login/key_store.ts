/**
 * Stores of certificates and keys, as Java's clients have them: PEM or PKCS #12, which their content tells. Java's own format,
 * JKS, is refused, with the command that converts it. node-forge reads PKCS #12; it is loaded for that alone.
 */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../../base/errors.ts";
import { readNamedFile } from "../../../base/files/read_named.ts";

/** Texts in PEM. */
export interface KeyStore {
  /** That of the key first. */
  readonly certificates: readonly string[];
  readonly key: string | undefined;
}

/** A store that a property names. */
export interface StoreLocation {
  readonly path: string;
  /** The property with the path. */
  readonly setting: string;
  readonly password: string | undefined;
}

/** @throws {SfcrimeError} FILE_MISSING; CONFIG for a store that cannot be opened. */
export async function readKeyStore(location: StoreLocation): Promise<KeyStore> {
  const bytes = readNamedFile(location.path, location.setting);
  if (isJks(bytes)) throw jksRefused(location);
  const text = new TextDecoder().decode(bytes);
  if (text.includes("-----BEGIN ")) return pemStore(text);
  return await pkcs12Store(bytes, location);
}

/** The certificates and the key in a text. */
export function pemStore(text: string): KeyStore {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----/gs)];
  return {
    certificates: blocks.filter(([, label]) => label!.endsWith("CERTIFICATE")).map(([block]) => `${block}\n`),
    key: blocks.find(([, label]) => label!.endsWith("PRIVATE KEY"))?.[0],
  };
}

const JKS_START = [0xfe, 0xed, 0xfe, 0xed];

function isJks(bytes: Uint8Array): boolean {
  return JKS_START.every((byte, index) => bytes[index] === byte);
}

function jksRefused({ path, setting }: StoreLocation): SfcrimeError {
  return new SfcrimeError("CONFIG", `${setting}: ${path} is a store in Java's own format, JKS.`, {
    hint: `Convert it: keytool -importkeystore -srckeystore ${path} -destkeystore ${
      path.replace(/\.jks$/i, "")
    }.p12 -deststoretype PKCS12.`,
  });
}

/** A part of ASN.1, which only node-forge looks into. */
type Tree = Readonly<Record<string, unknown>>;

/** A certificate or a key, decrypted. */
interface Bag {
  readonly type: string;
  readonly attributes?: { readonly localKeyId?: readonly string[] };
  /** Undefined or null for kinds that node-forge does not know, such as those of elliptic curves. */
  readonly cert?: object | null;
  readonly key?: object | null;
  /** What it was, where there is neither. */
  readonly asn1: Tree;
}

/** What is used of node-forge, which has no types. */
interface Forge {
  readonly util: { createBuffer(bytes: string): object };
  readonly asn1: { fromDer(bytes: object): Tree; toDer(tree: Tree): { getBytes(): string } };
  readonly pkcs12: {
    pkcs12FromAsn1(tree: Tree, isStrict: boolean, password: string): {
      readonly safeContents: readonly { readonly safeBags: readonly Bag[] }[];
    };
  };
  readonly pki: {
    readonly oids: Readonly<Record<string, string>>;
    certificateToAsn1(certificate: object): Tree;
    privateKeyToAsn1(key: object): Tree;
    wrapRsaPrivateKey(key: Tree): Tree;
  };
}

async function pkcs12Store(
  bytes: Uint8Array,
  { path, setting, password = "" }: StoreLocation,
): Promise<KeyStore> {
  const { default: forge } = await import("node-forge") as { readonly default: Forge };
  const { asn1, pkcs12, util } = forge;
  let tree: Tree;
  try {
    tree = asn1.fromDer(util.createBuffer(Buffer.from(bytes).toString("binary")));
  } catch (cause) {
    throw new SfcrimeError("CONFIG", `${setting}: ${path} is neither PEM nor PKCS #12.`, { cause });
  }
  let bags: Bag[];
  try {
    bags = pkcs12.pkcs12FromAsn1(tree, true, password).safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (cause) {
    throw new SfcrimeError("CONFIG", `${setting}: ${path} cannot be opened.`, {
      hint: `Check ${setting.replace("location", "password")}.`,
      cause,
    });
  }
  return storeOf(bags, forge);
}

function storeOf(bags: readonly Bag[], { asn1, pki }: Forge): KeyStore {
  const pem = (label: string, tree: Tree) => pemOf(label, asn1.toDer(tree).getBytes());
  const isKey = ({ type }: Bag) => type === pki.oids["pkcs8ShroudedKeyBag"] || type === pki.oids["keyBag"];
  const key = bags.find(isKey);
  const id = key?.attributes?.localKeyId?.[0];
  const isOfKey = ({ attributes }: Bag) => id !== undefined && attributes?.localKeyId?.[0] === id;
  const certificates = bags.filter(({ type }) => type === pki.oids["certBag"]);
  return {
    certificates: [...certificates.filter(isOfKey), ...certificates.filter((bag) => !isOfKey(bag))]
      .map(({ cert, asn1: tree }) => pem("CERTIFICATE", cert ? pki.certificateToAsn1(cert) : tree)),
    key: key && pem("PRIVATE KEY", key.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key.key)) : key.asn1),
  };
}

const LINE = /.{1,64}/g;

function pemOf(label: string, der: string): string {
  const lines = Buffer.from(der, "binary").toString("base64").match(LINE) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
