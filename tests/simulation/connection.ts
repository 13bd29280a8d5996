/**
 * A connection to the simulated cluster, in place of one to Kafka: the real writer of transactions sends its requests
 * over it, as bytes.
 */
import { Buffer } from "node:buffer";
import type { KafkaConnection } from "../../lib/broker/kafka/connection/connection.ts";
import { Retries, type RetryOptions } from "../../lib/broker/kafka/connection/retries.ts";
import {
  type ClusterNode,
  createEncoder,
  type Encoder,
  type ProtocolCall,
} from "../../lib/broker/kafka/kafkajs/internals.ts";
import { FieldReader } from "../../lib/broker/kafka/protocol/field_reader.ts";
import { Outages } from "../../lib/broker/outages/outages.ts";
import { decodeBatches } from "../../lib/broker/record_batch/decode.ts";
import * as layout from "../../lib/broker/record_batch/layout.ts";
import type { Row } from "../../lib/records/data_type.ts";
import type { Process } from "./process.ts";
import { type Answer, ANSWERS, NODES, type Transactions, type WriterId } from "./transactions.ts";

/** The partitions of a topic that is written to. */
export const OUTPUT_PARTITIONS = 2;

const SERVERS = ["simulated:9092"];
/** How long a request is repeated. */
const CALL_MS_MAX = 60_000;

/** The connection of a process. */
export function connectionOf(process: Process, transactions: Transactions): KafkaConnection {
  const nodes = Array.from({ length: NODES }, (_, node) => nodeOf(node, process, transactions));
  let leaders: readonly number[] = [];
  const refreshMetadata = () =>
    process.call("asks who leads", () => {
      leaders = Array.from({ length: OUTPUT_PARTITIONS }, (_, partition) => transactions.leaderOf(partition));
    });
  const retries = new Retries({
    refresh: refreshMetadata,
    silentServers: () => [],
    longestSilenceMs: () => -Infinity,
    servers: SERVERS,
    msMax: CALL_MS_MAX,
    outages: new Outages(() => {}, process.clock),
    clock: process.clock,
    closed: new AbortController().signal,
  });
  const connection = {
    servers: SERVERS,
    host: process.clock,
    config: { requestTimeout: 30_000 },
    cluster: {
      brokerPool: { brokers: nodes, findConnectedBroker: () => Promise.resolve(nodes[0]) },
      findBroker: ({ nodeId }: { nodeId: number }) => Promise.resolve(nodes[nodeId] ?? nodes[0]),
      addTargetTopic: () => leaders.length > 0 ? Promise.resolve() : refreshMetadata(),
      refreshMetadata,
    },
    partitionsOf: () =>
      leaders.map((leader, partitionId) => ({ partitionId, leader, replicas: [], isr: [] })),
    send: ({ connectionPool }: ClusterNode, call: ProtocolCall<unknown>) => connectionPool.send(call),
    retrying: (call: () => Promise<unknown>, options?: RetryOptions) => retries.run(call, options),
  };
  // The writer of transactions uses no more than this of it.
  return connection as unknown as KafkaConnection;
}

function nodeOf(node: number, process: Process, transactions: Transactions): ClusterNode {
  const send = async <T>({ request, response }: ProtocolCall<T>): Promise<T> => {
    const { buffer, payload = [] } = await request.encode();
    const bytes = Buffer.concat([buffer, ...payload]);
    const raw = await process.request(
      `sends ${request.apiName} to ${node}`,
      () => answerTo(request.apiKey, { request: new FieldReader(bytes), node, transactions }),
    );
    return await response.parse(await response.decode(raw));
  };
  const close = () => Promise.resolve();
  return {
    nodeId: String(node),
    isConnected: () => true,
    connectionPool: { send },
    disconnect: close,
    describeConfigs: () => Promise.resolve({ resources: [] }),
  } as unknown as ClusterNode;
}

/** A request, and who answers it. */
interface Exchange {
  readonly request: FieldReader;
  readonly node: number;
  readonly transactions: Transactions;
}

/** The requests, by the keys of their APIs. */
const REQUESTS: Readonly<Record<number, (exchange: Exchange, answer: Encoder) => void>> = {
  0: produce,
  10: findCoordinator,
  22: initProducerId,
  24: addPartitions,
  25: ({ request, node, transactions }, answer) => {
    const error = transactions.add(writerIn(request), [request.string()!], node);
    answer.writeInt32(0).writeInt16(error);
  },
  26: ({ request, node, transactions }, answer) => {
    const error = transactions.end(writerIn(request), request.int8() === 1 ? "committed" : "aborted", node);
    answer.writeInt32(0).writeInt16(error);
  },
  28: commitOffset,
};

function answerTo(apiKey: number, exchange: Exchange): Buffer {
  const answer = createEncoder();
  REQUESTS[apiKey]!(exchange, answer);
  return answer.buffer;
}

function findCoordinator({ request, transactions }: Exchange, answer: Encoder): void {
  answer.writeInt32(0).writeInt16(ANSWERS.none).writeString(null)
    .writeInt32(transactions.coordinatorOf(request.string()!)).writeString("simulated").writeInt32(9092);
}

function initProducerId({ request, node, transactions }: Exchange, answer: Encoder): void {
  const found = transactions.init(request.string()!, node);
  if (typeof found === "number") answer.writeInt32(0).writeInt16(found).writeInt64(-1).writeInt16(-1);
  else answer.writeInt32(0).writeInt16(ANSWERS.none).writeInt64(found.producerId).writeInt16(found.epoch);
}

function writerIn(request: FieldReader): WriterId {
  return { transactionalId: request.string()!, producerId: request.bigint64(), epoch: request.int16() };
}

function addPartitions({ request, node, transactions }: Exchange, answer: Encoder): void {
  const writer = writerIn(request);
  request.int32(); // one topic
  const topic = request.string()!;
  const partitions = Array.from({ length: request.int32() }, () => request.int32());
  const error = transactions.add(writer, partitions.map((partition) => `${topic}-${partition}`), node);
  answer.writeInt32(0);
  writePartitions(answer, topic, partitions.map((partition) => ({ partition, error })));
}

function commitOffset({ request, node, transactions }: Exchange, answer: Encoder): void {
  const [transactionalId, group] = [request.string()!, request.string()!];
  const writer = { transactionalId, producerId: request.bigint64(), epoch: request.int16() };
  request.int32(); // one topic
  const topic = request.string()!;
  request.int32(); // one partition
  const [partition, offset, metadata] = [request.int32(), request.int64(), request.string() ?? null];
  const error = transactions.commitOffset(writer, { group, offset, metadata }, node);
  answer.writeInt32(0);
  writePartitions(answer, topic, [{ partition, error }]);
}

function writePartitions(
  answer: Encoder,
  topic: string,
  errors: readonly { readonly partition: number; readonly error: Answer }[],
): void {
  answer.writeInt32(1).writeString(topic).writeInt32(errors.length);
  for (const { partition, error } of errors) answer.writeInt32(partition).writeInt16(error);
}

function produce({ request, node, transactions }: Exchange, answer: Encoder): void {
  const transactionalId = request.string()!;
  request.skip(2 + 4 + 4); // acks, timeout, one topic
  const topic = request.string()!;
  const count = request.int32();
  answer.writeInt32(1).writeString(topic).writeInt32(count);
  for (let left = count; left > 0; left--) {
    const partition = request.int32();
    const batch = request.bytes();
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    const error = transactions.produce({
      writer: {
        transactionalId,
        producerId: view.getBigInt64(layout.PRODUCER_ID_AT),
        epoch: view.getInt16(layout.PRODUCER_EPOCH_AT),
      },
      topic,
      partition,
      sequence: view.getInt32(layout.BASE_SEQUENCE_AT),
      rows: rowsIn(batch),
    }, node);
    answer.writeInt32(partition).writeInt16(error).writeInt64(0).writeInt64(-1).writeInt64(0);
  }
  answer.writeInt32(0);
}

/** The rows of the sink, each a JSON object. */
function rowsIn(batch: Uint8Array): Row[] {
  const rows: Row[] = [];
  decodeBatches(batch, { from: 0, to: Infinity }, ({ bytes, valueStart, valueEnd }) => {
    const value = new TextDecoder().decode(bytes.subarray(valueStart, valueEnd));
    rows.push(Object.values(JSON.parse(value) as Record<string, string | number>));
  });
  return rows;
}
