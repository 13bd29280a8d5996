/** Makes kafkajs report which SASL mechanisms a server supports if it rejects the requested one. */
import { handshakeResponseV0, handshakeResponseV1 } from "./modules.ts";

interface HandshakeResponse {
  parse(decoded: { readonly enabledMechanisms: readonly string[] }): Promise<unknown>;
}

/** Adds the mechanisms to handshake errors. Must be called in every thread that imports kafkajs. */
export function nameMechanisms(): void {
  for (const response of [handshakeResponseV0, handshakeResponseV1] as unknown as HandshakeResponse[]) {
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
