/**
 * The storage of a Kafka node, formatted by a copy of what Kafka's own tool has written once: only the ids of the node
 * and of its directory differ, and a copy saves a start of Java for each node.
 */
import { join } from "node:path";
import { installOnce } from "./cache.ts";

const META = "meta.properties";

/** The storage of a node. */
export interface KafkaStorage {
  /** Of Kafka. */
  readonly version: string;
  readonly nodeId: number;
  /** It does not exist yet. */
  readonly directory: string;
}

/** Makes it; `format` makes it by Kafka's tool, and is called once for each version. */
export async function copyFormatted(
  { version, nodeId, directory }: KafkaStorage,
  format: () => Promise<void>,
): Promise<void> {
  const formatted = await installOnce(`kafka-${version}-storage`, async (fresh) => {
    await format();
    await copyFiles(directory, fresh);
    await Deno.remove(directory, { recursive: true });
  });
  await Deno.mkdir(directory);
  await copyFiles(formatted, directory);
  const meta = join(directory, META);
  await Deno.writeTextFile(meta, withIds(await Deno.readTextFile(meta), { nodeId, directoryId: uuid() }));
}

async function copyFiles(from: string, to: string): Promise<void> {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (!isDirectory) await Deno.copyFile(join(from, name), join(to, name));
    else {
      await Deno.mkdir(join(to, name));
      await copyFiles(join(from, name), join(to, name));
    }
  }
}

/**
 * @throws {Error} if the file has other lines than those of the versions so far.
 */
function withIds(
  meta: string,
  { nodeId, directoryId }: { readonly nodeId: number; readonly directoryId: string },
): string {
  const [node, directory] = [/^node\.id=.*$/m, /^directory\.id=.*$/m];
  if (!node.test(meta) || !directory.test(meta)) throw new Error(`${META} has no ids:\n${meta}`);
  return meta.replace(node, `node.id=${nodeId}`).replace(directory, `directory.id=${directoryId}`);
}

/** A random id, as Kafka writes it. */
function uuid(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toBase64({ alphabet: "base64url", omitPadding: true });
}
