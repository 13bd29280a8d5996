/** The login of a connection, by its mechanism: a password, or a token. */
import type { KafkaConfig, SASLOptions } from "kafkajs";
import { SfcrimeError } from "../../../base/errors.ts";
import { readNamedText } from "../../../base/files/read_named.ts";
import type { TokenSource } from "./bearer_token.ts";
import { oauthBearer } from "./oauthbearer.ts";
import { TokenEndpoint, type TokenHost } from "./token_endpoint.ts";
import { TOKEN_FILE, tokenFile } from "./token_file.ts";

/** The client properties, with secrets read from their files. */
type Properties = Readonly<Record<string, string>>;

/** What kafkajs is given for a login. */
export interface Login {
  readonly sasl: NonNullable<KafkaConfig["sasl"]>;
  readonly tokens?: TokenSource;
}

/** @throws {SfcrimeError} CONFIG if a property is missing; FILE_MISSING for a file that cannot be read. */
export function loginOptions(
  properties: Properties,
  { mechanism, host }: { readonly mechanism: string; readonly host: TokenHost },
): Login {
  if (mechanism !== "oauthbearer") return { sasl: passwordLogin(properties, mechanism) };
  const tokens = tokenSource(properties, host);
  return { sasl: oauthBearer(tokens, { extensions: extensionsOf(properties), clock: host }), tokens };
}

function passwordLogin(properties: Properties, mechanism: string): SASLOptions {
  const [username, password] = [properties["sasl.username"], properties["sasl.password"]];
  if (username !== undefined && password !== undefined) {
    return { mechanism: mechanism as "plain", username, password };
  }
  throw new SfcrimeError(
    "CONFIG",
    `sasl.mechanism = ${mechanism} requires sasl.username and sasl.password.`,
    {
      hint:
        "Set the password in a file that sasl.password_file names, or in SFCRIME_KAFKA_SASL_PASSWORD: other users can see the command line.",
    },
  );
}

const URL_KEY = "sasl.oauthbearer.token.endpoint.url";
const ID_KEY = "sasl.oauthbearer.client.id";
const SECRET_KEY = "sasl.oauthbearer.client.secret";

function tokenSource(properties: Properties, host: TokenHost): TokenSource {
  const { [TOKEN_FILE]: path, [URL_KEY]: url, [ID_KEY]: clientId, [SECRET_KEY]: clientSecret } = properties;
  if (path !== undefined && url !== undefined) {
    throw new SfcrimeError("CONFIG", `Both ${TOKEN_FILE} and ${URL_KEY} are set.`, {
      hint: "Remove one of the two.",
    });
  }
  if (path !== undefined) return tokenFile(path);
  if (url === undefined || clientId === undefined || clientSecret === undefined) {
    throw new SfcrimeError(
      "CONFIG",
      `sasl.mechanism = oauthbearer requires ${TOKEN_FILE}, or ${URL_KEY}, ${ID_KEY} and ${SECRET_KEY}.`,
      { hint: `Set the secret in a file that ${SECRET_KEY}_file names.` },
    );
  }
  const ca = properties["https.ca.location"];
  return new TokenEndpoint({
    url,
    clientId,
    clientSecret,
    scope: properties["sasl.oauthbearer.scope"],
    encodesCredentials: properties["sasl.oauthbearer.header.urlencode"] === "true",
    ca: ca === undefined ? undefined : readNamedText(ca, "https.ca.location"),
  }, host);
}

/** What RFC 7628 allows in names, without `auth`, which is the token. */
const EXTENSION = /^(?!auth=)([A-Za-z]+)=([\x20-\x7e\t\r\n]*)$/;

/** @throws {SfcrimeError} CONFIG */
function extensionsOf(properties: Properties): Readonly<Record<string, string>> {
  const pairs = (properties["sasl.oauthbearer.extensions"] ?? "").split(",").filter((pair) => pair !== "");
  return Object.fromEntries(pairs.map((pair) => {
    const [, name, value] = EXTENSION.exec(pair.trim()) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new SfcrimeError("CONFIG", `sasl.oauthbearer.extensions has ${JSON.stringify(pair.trim())}.`, {
      hint: "Expected NAME=VALUE, separated by commas; names have letters only.",
    });
  }));
}
