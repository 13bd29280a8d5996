/**
 * Reads files, and drops what they hold: the kernel then has them in its page cache. A machine may give up pages
 * of files that nobody has read for a while, and whoever runs first would pay for reading the disk.
 */
import { join } from "node:path";

const READ_BYTES = 1_048_576;

/** Reads a file from its start to its end. */
export function readThrough(path: string): void {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(READ_BYTES);
  while (file.readSync(buffer) !== null);
}

/** Reads the segments of a Kafka topic, in a directory of its partitions. */
export function readThroughTopic(directory: string, topic: string): void {
  for (const { name } of Deno.readDirSync(directory)) {
    const partition = name.slice(topic.length + 1);
    if (!name.startsWith(`${topic}-`) || !/^\d+$/.test(partition)) continue;
    for (const segment of Deno.readDirSync(join(directory, name))) {
      if (segment.name.endsWith(".log")) readThrough(join(directory, name, segment.name));
    }
  }
}
