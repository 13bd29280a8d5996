/** Tokens from a file. Another program replaces them before they expire, so each login reads the file. */
import { SfcrimeError } from "../../../base/errors.ts";
import { readNamedSecret } from "../../../base/files/read_named.ts";
import { type BearerToken, isToken, type TokenSource } from "./bearer_token.ts";

/** The property that names the file. */
export const TOKEN_FILE = "sasl.oauthbearer.token_file";

/** See the module's description. */
export function tokenFile(path: string): TokenSource {
  const read = (): BearerToken => {
    const value = readNamedSecret(path, TOKEN_FILE).trim();
    if (!isToken(value)) {
      throw new SfcrimeError("CONFIG", `${TOKEN_FILE}: ${path} has no token.`, {
        hint: "Expected a bearer token, such as a JWT, on the only line of the file.",
      });
    }
    return { value, origin: path, advice: `Write a valid token to ${path}: each login reads it anew.` };
  };
  return { token: () => Promise.resolve().then(read) };
}
