/** Requests on connections that the server has just closed. */
import { rejects } from "assert";
// The hooks are installed by it.
import "../../../lib/broker/kafka/connection/connection.ts";
import { FramePool } from "../../../lib/broker/kafka/kafkajs/frame_pool.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { kafkaConfig } from "../../../lib/broker/kafka/connection/config.ts";
import { type Cluster, createCluster } from "../../../lib/broker/kafka/kafkajs/internals.ts";
import { metadataCall } from "../../../lib/broker/kafka/protocol/metadata.ts";
import { whenTrue } from "../../support/when_true.ts";

/** The part of kafkajs's cluster that is used besides. */
interface SeededCluster extends Cluster {
  readonly brokerPool: Cluster["brokerPool"] & { createSeedBroker(): Promise<void> };
}

/** The part of kafkajs's connection that is used. */
interface Connection {
  connect(): Promise<unknown>;
  isConnected(): boolean;
  send(call: unknown): Promise<unknown>;
}

Deno.test("A request after the server has closed the connection fails with the reason", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const address = {
    kind: "kafka",
    servers: [`127.0.0.1:${listener.addr.port}`],
    clientId: "closed",
    properties: {},
  } as const;
  const cluster = createCluster(await kafkaConfig(address, systemHost), {
    frames: new FramePool(),
    host: systemHost,
  }) as SeededCluster;
  await cluster.brokerPool.createSeedBroker();
  const connection = cluster.brokerPool.seedBroker!.connectionPool.pool[0]! as unknown as Connection;
  await connection.connect();
  (await accepted).close();
  await whenTrue(() => !connection.isConnected());
  await rejects(connection.send(metadataCall([])), /Closed connection/);
  await cluster.disconnect();
});
