/** Has kafkajs tell which mechanisms of login a server takes, where it refuses the one that was asked for. */
import responseV0 from "kafkajs/src/protocol/requests/saslHandshake/v0/response.js";
import responseV1 from "kafkajs/src/protocol/requests/saslHandshake/v1/response.js";

interface HandshakeResponse {
  parse(decoded: { readonly enabledMechanisms: readonly string[] }): Promise<unknown>;
}

/** Makes the error of a handshake name the mechanisms. To be called in every thread that imports kafkajs. */
export function nameMechanisms(): void {
  for (const response of [responseV0, responseV1] as unknown as HandshakeResponse[]) {
    const { parse } = response;
    response.parse = async (decoded) => {
      try {
        return await parse(decoded);
      } catch (error) {
        throw Object.assign(error as Error, { mechanisms: decoded.enabledMechanisms });
      }
    };
  }
}
