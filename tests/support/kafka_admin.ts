/** Asks a Kafka by kafkajs's admin client, as another program than ours would. */
import { type Admin, Kafka, logLevel } from "kafkajs";

/** Runs something with a client that is connected to these servers meanwhile. */
export type WithAdmin = <T>(body: (admin: Admin) => Promise<T>) => Promise<T>;

/** See {@link WithAdmin}. */
export function adminOf(servers: readonly string[]): WithAdmin {
  const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });
  return async (body) => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await body(admin);
    } finally {
      await admin.disconnect();
    }
  };
}
