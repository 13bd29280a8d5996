/**
 * Three real servers of Kafka, of which one may be missing: the tests of one process share them, as each of them takes
 * seconds of CPU time to start. A test that ends one starts it again.
 */
import { startKafka, type TestKafka } from "./kafka.ts";

export const CLUSTER_SIZE = 3;

/** After this time a server that is silent is left out by the others; it is nine seconds by default. */
export const SESSION_MS = 3_000;

let shared: Promise<TestKafka> | undefined;

/** See the module's description. Call it at the top of a file, so that no single test owns the servers. */
export function sharedCluster(): Promise<TestKafka> {
  return shared ??= startKafka({
    brokers: CLUSTER_SIZE,
    properties: {
      "transaction.state.log.min.isr": "2",
      "broker.session.timeout.ms": String(SESSION_MS),
      "broker.heartbeat.interval.ms": "500",
      "log.retention.check.interval.ms": "500",
      "log.initial.task.delay.ms": "500",
    },
  });
}
