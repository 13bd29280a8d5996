import { join } from "node:path";
import { openBroker } from "../support/brokers.ts";
import { adminContract } from "./admin_contract.ts";

const directory = await Deno.makeTempDir({ prefix: "sfcrime-embedded-" });
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

adminContract("embedded", () => openBroker({ kind: "embedded", path: join(directory, "broker.db") }));
