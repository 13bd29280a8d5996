/**
 * The socket of a plaintext connection to a Kafka broker. kafkajs accepts any socket from its factory; this
 * one reads each response directly into a buffer of its length and delivers it whole, whereas a stream
 * delivers chunks of 64 KiB, each in its own memory, to be concatenated.
 */
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { ANSWER_BYTES_MAX } from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Host } from "../../../base/host.ts";
import type { FramePool } from "./frame_pool.ts";

/** A request and its payload: record batches, which are written without copying. */
export type RequestBytes = Uint8Array & { payload?: readonly Uint8Array[] };

const SIZE_BYTES = 4;
/** Every response starts with its correlation ID. */
const ANSWER_BYTES_MIN = 4;

/** The socket options of kafkajs. */
export interface KafkaSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}

/** What connections are made of. */
export interface ConnectionParts {
  /** The pool for large responses. */
  readonly frames: FramePool;
  readonly host: Host;
}

/** See the module's description. It implements the part of `net.Socket` that kafkajs uses. */
export class KafkaSocket extends EventEmitter {
  readonly #host: Host;
  readonly #frames: FramePool;
  #connection: Deno.TcpConn | undefined;
  #isEnded = false;
  #movedMs = -Infinity;
  /** Writes are serialized. */
  #writing: Promise<void> = Promise.resolve();

  constructor({ host, port, onConnect }: KafkaSocketOptions, { frames, host: machine }: ConnectionParts) {
    super();
    this.#frames = frames;
    this.#host = machine;
    this.#run(host, port, onConnect).catch((error: unknown) => this.#fail(error));
  }

  /** When bytes were last read or written, by the monotonic clock. */
  get movedMs(): number {
    return this.#movedMs;
  }

  write(bytes: RequestBytes): void {
    this.#writing = this.#writing.then(async () => {
      await this.#writeAll(bytes);
      for (const piece of bytes.payload ?? []) await this.#writeAll(piece);
    }).catch((error: unknown) => this.#fail(error));
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#connection?.close();
  }

  unref(): void {
    // It is already closed.
  }

  setKeepAlive(): void {
    // It is set on connect.
  }

  async #run(hostname: string, port: number, onConnect: () => void): Promise<void> {
    const connection = await this.#host.connect({ hostname, port });
    if (this.#isEnded) return connection.close();
    this.#connection = connection;
    connection.setNoDelay(true);
    connection.setKeepAlive(true);
    onConnect();
    const size = Buffer.alloc(SIZE_BYTES);
    while (await this.#fill(size, 0)) {
      const frame = this.#frames.take(SIZE_BYTES + sizeOfAnswer(size));
      size.copy(frame);
      if (!await this.#fill(frame, SIZE_BYTES)) break;
      this.emit("data", frame);
    }
    if (!this.#isEnded) this.emit("end");
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#isEnded;) {
      at += await this.#connection!.write(bytes.subarray(at));
      this.#movedMs = this.#host.monotonicMs();
    }
  }

  /** Reads until the buffer is full, from `start`; returns false if the stream ended before that. */
  async #fill(buffer: Uint8Array, start: number): Promise<boolean> {
    for (let at = start; at < buffer.length;) {
      const read = await this.#connection!.read(at === 0 ? buffer : buffer.subarray(at));
      if (read === null) return false;
      at += read;
      this.#movedMs = this.#host.monotonicMs();
    }
    return true;
  }

  #fail(error: unknown): void {
    if (!this.#isEnded) this.emit("error", error);
  }
}

/** When bytes were last received by a socket that is not ours, by the monotonic clock. */
const arrivedMs = new WeakMap<object, number>();

/** Records when a socket that is not ours receives bytes. */
export function recordingArrivals(socket: Socket, clock: Clock): Socket {
  return socket.on("data", () => arrivedMs.set(socket, clock.monotonicMs()));
}

/** When bytes were last transferred over a socket, as far as known. */
export function movedMs(socket: object | null | undefined): number {
  return socket instanceof KafkaSocket ? socket.movedMs : arrivedMs.get(socket ?? {}) ?? -Infinity;
}

/** A TLS record starts with its content type (20 to 23) and its version, whose first byte is 3. */
function isOfTls(bytes: Uint8Array): boolean {
  return bytes[0]! >= 20 && bytes[0]! <= 23 && bytes[1] === 3;
}

/** The number of bytes that follow. @throws {Error} If Kafka would not send this number. */
function sizeOfAnswer(bytes: Buffer): number {
  const size = bytes.readInt32BE();
  if (size >= ANSWER_BYTES_MIN && size <= ANSWER_BYTES_MAX) return size;
  throw new Error(
    isOfTls(bytes)
      ? "the server speaks TLS"
      : `the server does not speak Kafka: it announced a response of ${size} bytes`,
  );
}
