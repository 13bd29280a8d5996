/** The schema registry that the section `[registry]` names. */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../base/errors.ts";
import { readNamedSecret, readNamedText } from "../../base/files/read_named.ts";
import type { Settings } from "../../config/settings.ts";
import { type RegistryHost, SchemaRegistry } from "../../registry/schema_registry.ts";
import type { RegistryAddress } from "../../registry/registry_address.ts";

/** The registry of the settings; undefined if none is set. @throws {SfcrimeError} CONFIG or FILE_MISSING */
export function registryAddress(settings: Settings): RegistryAddress | undefined {
  const { url, ca_file: caFile } = settings.registry;
  if (url === undefined) return undefined;
  const authorization = authorizationOf(settings);
  return {
    url: url.replace(/\/+$/, ""),
    headers: authorization === undefined ? {} : { authorization },
    ca: caFile === undefined ? undefined : readNamedText(caFile, "[registry] ca_file"),
  };
}

/** The registry that something needs. @throws {SfcrimeError} CONFIG if none is set. */
export function requiredRegistry(settings: Settings, needs: string): RegistryAddress {
  const address = registryAddress(settings);
  if (address !== undefined) return address;
  throw new SfcrimeError("CONFIG", `${needs} needs a schema registry.`, {
    hint: "Set [registry] url, for example -X registry.url=http://localhost:8081.",
  });
}

/** A client of the registry of the settings; undefined if none is set. @throws {SfcrimeError} CONFIG or FILE_MISSING */
export function registryOf(settings: Settings, host: RegistryHost): SchemaRegistry | undefined {
  const address = registryAddress(settings);
  return address === undefined ? undefined : new SchemaRegistry(address, host);
}

/** The error for a flag with a format that has no schema. */
export function needsSchema(flag: string, schemaFlag: string): SfcrimeError {
  return new SfcrimeError("USAGE", `${flag} needs a schema.`, {
    hint:
      `Set ${schemaFlag} to a file, or [registry] url, for example -X registry.url=http://localhost:8081.`,
  });
}

function authorizationOf({ registry }: Settings): string | undefined {
  const { username } = registry;
  const token = secretOf(registry, "token");
  const password = secretOf(registry, "password");
  if (token !== undefined) {
    if (username === undefined) return `Bearer ${token}`;
    throw new SfcrimeError("CONFIG", "[registry] has both a username and a token.", {
      hint: "Remove one of the two.",
    });
  }
  if (username !== undefined) {
    return `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
  }
  if (password === undefined) return undefined;
  throw new SfcrimeError("CONFIG", "[registry] has a password, but no username.");
}

/** A secret, or what the file with it contains. */
function secretOf(registry: Settings["registry"], key: "token" | "password"): string | undefined {
  const file = registry[`${key}_file`];
  return file === undefined ? registry[key] : readNamedSecret(file, `[registry] ${key}_file`);
}
