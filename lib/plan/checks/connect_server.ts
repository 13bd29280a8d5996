/** The Spark Connect server of the settings, with the CAs and the token that they name. */
import { SfcrimeError } from "../../base/errors.ts";
import { readNamedSecret } from "../../base/files/read_named.ts";
import type { Settings } from "../../config/settings.ts";
import type { SparkRemote } from "../../config/values/spark/spark_remote.ts";

/** Undefined if none is set. @throws {SfcrimeError} CONFIG if there are two tokens; FILE_MISSING */
export function connectServer({ spark }: Settings): SparkRemote | undefined {
  const { remote, ca_file: caFile, token_file: tokenFile } = spark;
  if (remote === undefined) return undefined;
  const server = { ...remote, ...caFile === undefined ? {} : { caFile } };
  if (tokenFile === undefined) return server;
  if (remote.token !== undefined) {
    throw new SfcrimeError("CONFIG", "[spark] has both a token in remote and token_file.", {
      hint: "Remove one of the two.",
    });
  }
  // As with a token in remote, it would otherwise cross the network as it is.
  return { ...server, token: readNamedSecret(tokenFile, "[spark] token_file"), isSecure: true };
}
