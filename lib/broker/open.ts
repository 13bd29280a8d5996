/** Opens the broker at an address; kafkajs is loaded only if needed. */
import type { Broker, BrokerAddress, OpenOptions } from "./broker.ts";

/** @throws {SfcrimeError} BROKER_UNREACHABLE, BROKER or DISK_FULL if it cannot be opened. */
export async function openBroker(address: BrokerAddress, options: OpenOptions): Promise<Broker> {
  if (address.kind === "embedded") {
    const { openEmbeddedBroker } = await import("./embedded/embedded_broker.ts");
    return openEmbeddedBroker(address.path, options.host);
  }
  const { openKafkaBroker } = await import("./kafka/kafka_broker.ts");
  return await openKafkaBroker(address, options);
}

/** Loads the modules of a broker ahead, so that it opens at once. */
export async function loadBroker(kind: BrokerAddress["kind"]): Promise<void> {
  await (kind === "embedded" ? import("./embedded/embedded_broker.ts") : import("./kafka/kafka_broker.ts"));
}
