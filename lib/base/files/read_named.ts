/** Reads small files that a setting names, such as certificates, passwords and schemas. */
import { readFileSync } from "node:fs";
import { messageOf, SfcrimeError } from "../errors.ts";

/** The text of a file. @throws {SfcrimeError} FILE_MISSING, with the setting that names it. */
export function readNamedText(path: string, setting: string): string {
  return new TextDecoder().decode(readNamedFile(path, setting));
}

/** The bytes of a file. @throws {SfcrimeError} FILE_MISSING, with the setting that names it. */
export function readNamedFile(path: string, setting: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SfcrimeError("FILE_MISSING", `${setting}: cannot read ${path}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

/**
 * The secret in a file, without the line break at its end.
 *
 * @throws {SfcrimeError} FILE_MISSING, with the setting that names the file; CONFIG for an empty file.
 */
export function readNamedSecret(path: string, setting: string): string {
  const secret = readNamedText(path, setting).replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw new SfcrimeError("CONFIG", `${setting}: ${path} is empty.`, {
    hint: "Expected the secret on the only line of the file.",
  });
}

/** What comes after the name of a secret in the property for the path of its file. */
const FILE_SUFFIX = "_file";

/**
 * Properties with the secrets that are in files, in place of the files' paths. Each thread reads them, so that no secret is
 * in what threads are given.
 *
 * @param except What is left as it is.
 *
 * @throws {SfcrimeError} As {@link readNamedSecret}.
 */
export function withSecretsRead(
  properties: Readonly<Record<string, string>>,
  { except = [] }: { readonly except?: readonly string[] } = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) =>
      name.endsWith(FILE_SUFFIX) && !except.includes(name)
        ? [name.slice(0, -FILE_SUFFIX.length), readNamedSecret(value, name)]
        : [name, value]
    ),
  );
}
