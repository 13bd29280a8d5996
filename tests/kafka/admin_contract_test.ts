import { adminContract } from "../contract/admin_contract.ts";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";

const { servers } = await sharedKafka();

adminContract("kafka", () => openBroker({ kind: "kafka", servers, clientId: "contract", properties: {} }));
