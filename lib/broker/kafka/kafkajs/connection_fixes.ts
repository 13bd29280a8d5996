/** Changes how the connections of kafkajs receive data, renew sessions and report why they were closed. */
import type { Buffer } from "node:buffer";
import { Connection as ConnectionModule } from "./modules.ts";
import { KafkaSocket } from "./socket.ts";

/** The part of kafkajs's connection that is changed or used. */
interface Connection {
  readonly socket: unknown;
  /** Why it was closed; undefined until then. */
  closedBy?: Error | undefined;
  readonly authHandlers: { onSuccess(frame: Buffer): void } | null;
  readonly requestQueue: {
    fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void;
  };
  /** In milliseconds, as a 64-bit integer; 0 if sessions do not expire. */
  readonly sessionLifetime: { toString(): string };
  reauthenticationThreshold: number;
  isAuthenticated(): boolean;
  isConnected(): boolean;
  connect(): Promise<boolean>;
  processData(data: Buffer): void;
  rejectRequests(error: Error): void;
  failIfNotConnected(): void;
}

const { prototype } = ConnectionModule as unknown as { prototype: Connection };

/** Must be called in every thread that imports kafkajs. */
export function fixConnections(): void {
  takeWholeFrames();
  renewSessionsInTime();
  rememberWhyClosed();
}

const FRAME_SIZE_BYTES = 4;
const CORRELATION_ID_BYTES = 4;

/**
 * Makes connections accept the whole responses of a {@link KafkaSocket} without copying: kafkajs appends all
 * received data to the remainder of the previous data, even if there is none.
 */
function takeWholeFrames(): void {
  const { processData } = prototype;
  prototype.processData = function (data) {
    if (!(this.socket instanceof KafkaSocket)) return processData.call(this, data);
    if (this.authHandlers !== null) return this.authHandlers.onSuccess(data);
    this.requestQueue.fulfillRequest({
      size: data.length - FRAME_SIZE_BYTES,
      correlationId: data.readInt32BE(FRAME_SIZE_BYTES),
      payload: data.subarray(FRAME_SIZE_BYTES + CORRELATION_ID_BYTES),
    });
  };
}

/** The fraction of a session that is left when it is renewed, as in Kafka's own client. */
const SESSION_LEFT = 0.15;

/**
 * Makes connections renew login sessions a fraction of their length before they expire: kafkajs does so ten
 * seconds before, so shorter sessions expire immediately.
 */
function renewSessionsInTime(): void {
  const { isAuthenticated } = prototype;
  prototype.isAuthenticated = function () {
    this.reauthenticationThreshold = Math.floor(Number(this.sessionLifetime.toString()) * SESSION_LEFT);
    return isAuthenticated.call(this);
  };
}

/**
 * Makes a request on a connection that has just been closed fail with the reason: kafkajs passes it only to
 * requests in flight, and fails the next one with "Not connected". A server that refuses a certificate or a
 * login may close the connection before the first request.
 */
function rememberWhyClosed(): void {
  const { connect, rejectRequests, failIfNotConnected } = prototype;
  prototype.connect = function () {
    if (!this.isConnected()) this.closedBy = undefined;
    return connect.call(this);
  };
  prototype.rejectRequests = function (error) {
    this.closedBy ??= error;
    rejectRequests.call(this, error);
  };
  prototype.failIfNotConnected = function () {
    if (this.closedBy !== undefined && !this.isConnected()) throw this.closedBy;
    failIfNotConnected.call(this);
  };
}
