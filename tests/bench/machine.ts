/** What a page of figures says of the machine and the programs. */
import { dirname, join } from "node:path";
import { CHDB_VERSION } from "./clickhouse.ts";
import { KAFKA_VERSION } from "../support/kafka.ts";
import { runTool } from "../support/cache.ts";
import { SPARK_VERSION } from "../support/spark_home.ts";

/** The load of the machine now. */
export function loadNow(): string {
  return Deno.loadavg()[0]!.toFixed(1);
}

/** One line for each fact. */
export async function machineFacts(): Promise<string[]> {
  const cpu = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? "unknown";
  const memoryGiB = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  const runtime = Deno.env.get("DENORT_BIN");
  const compiler = runtime === undefined ? undefined : await denoVersion(join(dirname(runtime), "deno"));
  return [
    `Machine: ${navigator.hardwareConcurrency} cores (${cpu}), ${memoryGiB} GiB, Linux ${Deno.osRelease()}; ` +
    "Kafka, its clients and the contenders share the cores.",
    `Deno ${Deno.version.deno}${
      compiler === undefined ? "; nothing compiled" : `, compiled with ${compiler}`
    }; Apache Kafka ${KAFKA_VERSION} (one broker, memory as by its start script: 1 GiB); ${await firstLine(
      "kcat",
      "-V",
      /Version (\S+)/,
      "kcat",
    )}.`,
    `PySpark ${SPARK_VERSION}, \`local[2]\` with 2 shuffle partitions and 4 GiB, which suit the machine better than its defaults, on Java ${await firstLine(
      "java",
      "--version",
      /(\d+\.\d+\.\d+)/,
      "",
    )}.`,
    `ClickHouse as chdb ${CHDB_VERSION} with 2 threads.`,
  ];
}

async function denoVersion(deno: string): Promise<string> {
  return /deno (\S+)/.exec(await runTool(deno, ["--version"]))?.[1] ?? "an unknown version";
}

async function firstLine(program: string, flag: string, version: RegExp, name: string): Promise<string> {
  return `${name} ${version.exec(await runTool(program, [flag]))?.[1] ?? "of an unknown version"}`.trim();
}
