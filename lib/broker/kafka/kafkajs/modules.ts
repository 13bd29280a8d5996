/**
 * The modules of kafkajs that this program uses; only this file imports them. kafkajs has no exports map, and is
 * pinned to one version. Its index would load its clients as well, which are half of it, in each thread.
 */
import protocol from "kafkajs/src/protocol/requests/index.js";

export { default as assignerProtocol } from "kafkajs/src/consumer/assignerProtocol.js";
export { default as Cluster } from "kafkajs/src/cluster/index.js";
export { default as Connection } from "kafkajs/src/network/connection.js";
export { default as RequestQueue } from "kafkajs/src/network/requestQueue/index.js";
export { default as createSocketFactory } from "kafkajs/src/network/socketFactory.js";
export { default as Encoder } from "kafkajs/src/protocol/encoder.js";
export { default as errorCodes } from "kafkajs/src/protocol/error.js";
export { default as loggers } from "kafkajs/src/loggers/index.js";
export { default as handshakeResponseV0 } from "kafkajs/src/protocol/requests/saslHandshake/v0/response.js";
export { default as handshakeResponseV1 } from "kafkajs/src/protocol/requests/saslHandshake/v1/response.js";

/** Requests, each with all of its versions. */
export const {
  AddOffsetsToTxn: addOffsetsToTxn,
  AddPartitionsToTxn: addPartitionsToTxn,
  DeleteTopics: deleteTopics,
  EndTxn: endTxn,
  GroupCoordinator: findCoordinator,
  Heartbeat: heartbeat,
  JoinGroup: joinGroup,
  LeaveGroup: leaveGroup,
  OffsetCommit: offsetCommit,
  OffsetFetch: offsetFetch,
  SyncGroup: syncGroup,
  TxnOffsetCommit: txnOffsetCommit,
} = protocol.requests;
