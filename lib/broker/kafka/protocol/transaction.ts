/** The requests of a transaction, except those of its records. Each of them is idempotent. */
import type { ProtocolCall } from "../kafkajs/internals.ts";
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, txnOffsetCommit } from "../kafkajs/modules.ts";
import type { ProducerIdentity } from "./produce.ts";
import { requestCall } from "../kafkajs/request_call.ts";

/** The identity of a transactional producer. */
export type TransactionalIdentity = ProducerIdentity & { readonly transactionalId: string };

/** Offsets of a topic that are committed in a transaction. */
export interface TransactionOffsets {
  readonly group: string;
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly metadata: string | null;
  }[];
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

/** To the group coordinator: offsets, effective when the transaction is committed. */
export function commitOffsetsCall(
  identity: TransactionalIdentity,
  { group, topic, partitions }: TransactionOffsets,
): ProtocolCall<unknown> {
  const texts = partitions.map(({ offset, ...rest }) => ({ ...rest, offset: String(offset) }));
  const topics = [{ topic, partitions: texts }];
  return requestCall(txnOffsetCommit, { ...producerOf(identity), groupId: group, topics }, REQUEST);
}

/** To the transaction coordinator: ends the transaction. */
export function endCall(identity: TransactionalIdentity, how: "commit" | "abort"): ProtocolCall<unknown> {
  return requestCall(endTxn, { ...producerOf(identity), transactionResult: how === "commit" }, REQUEST);
}
