/** Brokers on this machine's clock and network, for tests that do not replace these. */
import { systemHost } from "../../lib/base/host.ts";
import type { Broker, BrokerAddress, KafkaAddress } from "../../lib/broker/broker.ts";
import { openEmbeddedBroker as openEmbedded } from "../../lib/broker/embedded/embedded_broker.ts";
import { KafkaConnection } from "../../lib/broker/kafka/connection/connection.ts";
import { openBroker as open } from "../../lib/broker/open.ts";
import { Outages } from "../../lib/broker/outages/outages.ts";

/** The broker at an address. */
export function openBroker(address: BrokerAddress): Promise<Broker> {
  return open(address, { host: systemHost });
}

/** The embedded broker in a file. */
export function openEmbeddedBroker(path: string): Broker {
  return openEmbedded(path, systemHost);
}

/** A connection to a Kafka. */
export function connectToKafka(address: KafkaAddress): Promise<KafkaConnection> {
  return KafkaConnection.open(address, { host: systemHost, outages: new Outages(() => {}, systemHost) });
}
