/** The requests of a transaction, except those of its records. Each of them is idempotent. */
import type { ProtocolCall } from "../kafkajs/internals.ts";
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, txnOffsetCommit } from "../kafkajs/modules.ts";
import type { ProducerIdentity } from "./produce.ts";
import { requestCall } from "../kafkajs/request_call.ts";

/** The identity of a transactional producer. */
export type TransactionalIdentity = ProducerIdentity & { readonly transactionalId: string };

/** An offset that is committed in a transaction. */
export interface TransactionOffset {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The metadata of the offset. */
  readonly metadata: string | null;
}

/** For all four. */
const REQUEST = { version: 1 };

function producerOf({ transactionalId, producerId, epoch }: TransactionalIdentity) {
  return { transactionalId, producerId: String(producerId), producerEpoch: epoch };
}

/**
 * To the transaction coordinator: adds partitions to the transaction, which starts with the first of them.
 */
export function addPartitionsCall(
  identity: TransactionalIdentity,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
): ProtocolCall<unknown> {
  const topics = [{ topic, partitions }];
  return requestCall(addPartitionsToTxn, { ...producerOf(identity), topics }, REQUEST);
}

/** To the transaction coordinator: adds the offsets of a group to the transaction. */
export function addOffsetsCall(identity: TransactionalIdentity, group: string): ProtocolCall<unknown> {
  return requestCall(addOffsetsToTxn, { ...producerOf(identity), groupId: group }, REQUEST);
}

/** To the group coordinator: an offset, effective when the transaction is committed. */
export function commitOffsetCall(
  identity: TransactionalIdentity,
  { group, topic, partition, offset, metadata }: TransactionOffset,
): ProtocolCall<unknown> {
  const topics = [{ topic, partitions: [{ partition, offset: String(offset), metadata }] }];
  return requestCall(txnOffsetCommit, { ...producerOf(identity), groupId: group, topics }, REQUEST);
}

/** To the transaction coordinator: ends the transaction. */
export function endCall(identity: TransactionalIdentity, how: "commit" | "abort"): ProtocolCall<unknown> {
  return requestCall(endTxn, { ...producerOf(identity), transactionResult: how === "commit" }, REQUEST);
}
