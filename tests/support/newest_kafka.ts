/** The newest Kafka that there is, for the tests that look whether it still takes what the program sends. */
import { KAFKA_NEWEST, startKafka, type TestKafka } from "./kafka.ts";

/** Starts it, with a single broker, which ends with the process. */
export function newestKafka(): Promise<TestKafka> {
  return startKafka({ version: KAFKA_NEWEST });
}
