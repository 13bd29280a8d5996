import { equal, notEqual } from "assert";
import { FramePool } from "../../../lib/broker/kafka/kafkajs/frame_pool.ts";

Deno.test("A buffer that was given back is used again, for what is no longer than it", () => {
  const pool = new FramePool();
  const first = pool.take(1_000_000);
  equal(first.length, 1_000_000);
  notEqual(pool.take(1_000_000).buffer, first.buffer, "it is still in use");
  pool.recycle(first.subarray(100, 200));
  notEqual(pool.take(2_000_000).buffer, first.buffer, "it is too short");
  const again = pool.take(1_000_010);
  equal(again.buffer, first.buffer);
  equal(again.length, 1_000_010);
});

Deno.test("What is given back twice, or came from elsewhere, is not handed out to two", () => {
  const pool = new FramePool();
  const frame = pool.take(100_000);
  pool.recycle(frame);
  pool.recycle(frame);
  notEqual(pool.take(100_000).buffer, pool.take(100_000).buffer);
  const foreign = new Uint8Array(100_000);
  pool.recycle(foreign);
  notEqual(pool.take(100_000).buffer, foreign.buffer);
});
