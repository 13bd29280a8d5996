/** Makes kafkajs report which SASL mechanisms a server supports if it rejects the requested one. */
import responseV0 from "kafkajs/src/protocol/requests/saslHandshake/v0/response.js";
import responseV1 from "kafkajs/src/protocol/requests/saslHandshake/v1/response.js";

interface HandshakeResponse {
  parse(decoded: { readonly enabledMechanisms: readonly string[] }): Promise<unknown>;
}

/** Adds the mechanisms to handshake errors. Must be called in every thread that imports kafkajs. */
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
