/** Bytes as the class of Node.js that kafkajs insists on. */
import { Buffer } from "node:buffer";

/** The same bytes as the class that kafkajs insists on. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
