/**
 * The internal modules of kafkajs that this program uses; only this file imports them. kafkajs has no exports
 * map, and is pinned to one version.
 */
export { default as Cluster } from "kafkajs/src/cluster/index.js";
export { default as Connection } from "kafkajs/src/network/connection.js";
export { default as RequestQueue } from "kafkajs/src/network/requestQueue/index.js";
export { default as createSocketFactory } from "kafkajs/src/network/socketFactory.js";
export { default as Encoder } from "kafkajs/src/protocol/encoder.js";
export { default as errorCodes } from "kafkajs/src/protocol/error.js";
export { default as loggers } from "kafkajs/src/loggers/index.js";
export { default as handshakeResponseV0 } from "kafkajs/src/protocol/requests/saslHandshake/v0/response.js";
export { default as handshakeResponseV1 } from "kafkajs/src/protocol/requests/saslHandshake/v1/response.js";
export { default as addOffsetsToTxn } from "kafkajs/src/protocol/requests/addOffsetsToTxn/index.js";
export { default as addPartitionsToTxn } from "kafkajs/src/protocol/requests/addPartitionsToTxn/index.js";
export { default as deleteTopics } from "kafkajs/src/protocol/requests/deleteTopics/index.js";
export { default as endTxn } from "kafkajs/src/protocol/requests/endTxn/index.js";
export { default as findCoordinator } from "kafkajs/src/protocol/requests/findCoordinator/index.js";
export { default as heartbeat } from "kafkajs/src/protocol/requests/heartbeat/index.js";
export { default as joinGroup } from "kafkajs/src/protocol/requests/joinGroup/index.js";
export { default as leaveGroup } from "kafkajs/src/protocol/requests/leaveGroup/index.js";
export { default as offsetCommit } from "kafkajs/src/protocol/requests/offsetCommit/index.js";
export { default as offsetFetch } from "kafkajs/src/protocol/requests/offsetFetch/index.js";
export { default as syncGroup } from "kafkajs/src/protocol/requests/syncGroup/index.js";
export { default as txnOffsetCommit } from "kafkajs/src/protocol/requests/txnOffsetCommit/index.js";
