import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import { keyPartitioner, murmur2 } from "../../../lib/broker/writing/partitioner.ts";
import answers from "../../golden/partitions/partitions.json" with { type: "json" };

Deno.test("A key's hash is the one that Kafka's Java classes compute", () => {
  for (const { key, hash } of answers) equal(murmur2(Buffer.from(key, "hex")), hash, `key ${key}`);
});

Deno.test("A key goes to the partition that Java's producer chooses", () => {
  for (const { key, partitions } of answers) {
    for (const [count, partition] of Object.entries(partitions)) {
      equal(keyPartitioner(Number(count))(Buffer.from(key, "hex")), partition, `key ${key} among ${count}`);
    }
  }
});

Deno.test("Records without a key go round, whatever records with a key are between them", () => {
  const partition = keyPartitioner(3);
  const chosen: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    chosen.push(partition(null));
    partition(new Uint8Array(turn));
  }
  deepEqual(chosen, [0, 1, 2, 0, 1, 2, 0]);
});
