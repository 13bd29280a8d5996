import { join } from "node:path";
import { openBroker } from "../support/brokers.ts";
import { batchTopicLaws } from "../support/batch_topic_laws.ts";

const directory = Deno.makeTempDirSync({ prefix: "sfcrime-laws-" });
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

batchTopicLaws("embedded broker", () => openBroker({ kind: "embedded", path: join(directory, "broker.db") }));
