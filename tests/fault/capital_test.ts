/** The capital law on the embedded broker, with each sink that keeps rows and each output mode. */
import { join } from "node:path";
import { capitalLaw } from "../support/capital.ts";

const directory = await Deno.makeTempDir({ prefix: "sfcrime-capital-" });
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

await capitalLaw({ kind: "embedded", path: join(directory, "broker.db") }, {
  inProcess: [
    ["windows", "parquet"],
    ["windows", "sqlite"],
    ["changes", "sqlite"],
    ["changes", "csv"],
    ["windows", "json", "flush"],
    ["two_streams", "sqlite", "idle timeout"],
    ["all", "json"],
    ["all", "sqlite"],
    ["once", "kafka"],
    ["sessions", "json"],
    ["values", "sqlite"],
    ["rows", "json"],
    ["joined", "json"],
    ["joined", "kafka"],
    ["dispatched", "kafka"],
    ["dispatched", "sqlite", "flush"],
    ["units", "json", "flush"],
    ["chain", "sqlite"],
    ["chain", "kafka", "flush"],
    ["nested", "kafka"],
    ["nested", "parquet"],
    ["first", "kafka"],
    ["first", "csv"],
  ],
  byProcesses: [
    ["windows", "parquet"],
    ["values", "sqlite"],
    ["rows", "json"],
    ["once", "kafka"],
    ["changes", "csv"],
    ["dispatched", "sqlite"],
  ],
});
