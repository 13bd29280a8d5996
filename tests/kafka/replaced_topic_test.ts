import { sharedKafka } from "../support/kafka.ts";
import { replacedTopicLaws } from "../support/replaced_topic_laws.ts";

const { servers } = await sharedKafka();

replacedTopicLaws("kafka", { kind: "kafka", servers, clientId: "laws", properties: {} });
