/**
 * The socket under a plain connection to a Kafka broker. Kafkajs takes any socket that its factory makes; this one
 * reads each answer straight into a buffer of its length and hands it over whole, where a stream would come in
 * pieces of 64 KiB, each in memory of its own, to be put together again.
 */
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { ANSWER_BYTES_MAX } from "../base/bounds.ts";
import type { FramePool } from "./frame_pool.ts";

/** A request, and what follows it: record batches, which are written from where they are. */
export type Tailed = Uint8Array & { tail?: readonly Uint8Array[] };

const SIZE_BYTES = 4;
/** Every answer begins with the number of its request. */
const ANSWER_BYTES_MIN = 4;

/** What kafkajs asks of a socket. */
export interface KafkaSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}

/** See the module's description. It has of `net.Socket` what kafkajs uses. */
export class KafkaSocket extends EventEmitter {
  readonly #frames: FramePool;
  #connection: Deno.TcpConn | undefined;
  #isEnded = false;
  #movedMs = -Infinity;
  /** Writes are done one behind the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor({ host, port, onConnect }: KafkaSocketOptions, frames: FramePool) {
    super();
    this.#frames = frames;
    this.#run(host, port, onConnect).catch((error: unknown) => this.#fail(error));
  }

  /** When bytes were last read or written, by the clock that never goes back. */
  get movedMs(): number {
    return this.#movedMs;
  }

  write(bytes: Tailed): void {
    this.#writing = this.#writing.then(async () => {
      await this.#writeAll(bytes);
      for (const piece of bytes.tail ?? []) await this.#writeAll(piece);
    }).catch((error: unknown) => this.#fail(error));
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#connection?.close();
  }

  unref(): void {
    // It is closed already.
  }

  setKeepAlive(): void {
    // It is set when the connection is made.
  }

  async #run(hostname: string, port: number, onConnect: () => void): Promise<void> {
    const connection = await Deno.connect({ hostname, port });
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
      this.#movedMs = performance.now();
    }
  }

  /** Reads until the buffer is full from `start` on; says whether the stream has not ended before. */
  async #fill(buffer: Uint8Array, start: number): Promise<boolean> {
    for (let at = start; at < buffer.length;) {
      const read = await this.#connection!.read(at === 0 ? buffer : buffer.subarray(at));
      if (read === null) return false;
      at += read;
      this.#movedMs = performance.now();
    }
    return true;
  }

  #fail(error: unknown): void {
    if (!this.#isEnded) this.emit("error", error);
  }
}

/** When bytes have last come to a socket that is none of ours, by the clock that never goes back. */
const arrivedMs = new WeakMap<object, number>();

/** Has a socket that is none of ours note when bytes come. */
export function notingArrivals(socket: Socket): Socket {
  return socket.on("data", () => arrivedMs.set(socket, performance.now()));
}

/** When bytes have last moved over a socket, as far as it tells. */
export function movedMs(socket: object | null | undefined): number {
  return socket instanceof KafkaSocket ? socket.movedMs : arrivedMs.get(socket ?? {}) ?? -Infinity;
}

/** What TLS sends begins with its kind (20 is the first, 23 the last) and its version, of which 3 is a part. */
function isOfTls(bytes: Uint8Array): boolean {
  return bytes[0]! >= 20 && bytes[0]! <= 23 && bytes[1] === 3;
}

/** The number of bytes that follow. @throws {Error} When it is none that a Kafka would say. */
function sizeOfAnswer(bytes: Buffer): number {
  const size = bytes.readInt32BE();
  if (size >= ANSWER_BYTES_MIN && size <= ANSWER_BYTES_MAX) return size;
  throw new Error(
    isOfTls(bytes)
      ? "the server speaks TLS"
      : `the server does not speak Kafka: it announced a response of ${size} bytes`,
  );
}
