/** The capital law on a real Kafka. */
import { capitalLaw } from "../support/capital.ts";
import { sharedKafka } from "../support/kafka.ts";

const { servers } = await sharedKafka();

await capitalLaw({ kind: "kafka", servers, clientId: "capital", properties: {} }, {
  inProcess: [
    ["windows", "kafka"],
    ["changes", "kafka"],
    ["sessions", "kafka"],
    ["rows", "parquet"],
    ["dispatched", "kafka"],
    ["units", "kafka", "flush"],
    ["chain", "kafka"],
    ["nested", "json"],
  ],
  byProcesses: [["windows", "kafka"], ["dispatched", "kafka"]],
});
