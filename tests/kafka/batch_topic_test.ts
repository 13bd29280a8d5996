import { openBroker } from "../support/brokers.ts";
import { batchTopicLaws } from "../support/batch_topic_laws.ts";
import { sharedKafka } from "../support/kafka.ts";

const { servers } = await sharedKafka();

batchTopicLaws("kafka", () => openBroker({ kind: "kafka", servers, clientId: "laws", properties: {} }));
