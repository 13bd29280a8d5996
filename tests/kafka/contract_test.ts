import { openBroker } from "../support/brokers.ts";
import { brokerContract } from "../contract/broker_contract.ts";
import { sharedKafka } from "../support/kafka.ts";

const { servers } = await sharedKafka();

brokerContract("kafka", () => openBroker({ kind: "kafka", servers, clientId: "contract", properties: {} }));
