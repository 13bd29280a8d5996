import { join } from "node:path";
import { replacedTopicLaws } from "../support/replaced_topic_laws.ts";

const directory = Deno.makeTempDirSync({ prefix: "sfcrime-laws-" });
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

replacedTopicLaws("embedded broker", { kind: "embedded", path: join(directory, "broker.db") });
