/**
 * A real schema registry for tests: Apicurio, which has Confluent's API, from Maven Central. It keeps its schemas in
 * memory, is started when a test file first asks for it, and ends with the test process.
 */
import { join } from "node:path";
import { installOnce, runTool } from "./cache.ts";
import { freePorts } from "./ports.ts";
import { SHORT_LIFE } from "./spark_java.ts";
import { whenTrue } from "./when_true.ts";

const VERSION = "3.0.9";

const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;

/** Only a failure takes so long, also on a machine that is busy with much else. */
const READY_MS_MAX = 120_000;

let shared: Promise<string> | undefined;

/** The address of the registry of this process. */
export function sharedRegistry(): Promise<string> {
  return shared ??= startRegistry();
}

async function startRegistry(): Promise<string> {
  const directory = await installOnce(`apicurio-${VERSION}`, async (fresh) => {
    const args = ["-q", "-B", "dependency:unpack", `-Dartifact=${ARTIFACT}`];
    await runTool("mvn", [...args, `-DoutputDirectory=${fresh}`], { cwd: fresh });
  });
  const [port] = freePorts(1);
  const process = new Deno.Command("java", {
    args: [
      ...SHORT_LIFE,
      "-Xmx384m",
      "-Dquarkus.http.host=127.0.0.1",
      `-Dquarkus.http.port=${port}`,
      "-Dquarkus.log.level=ERROR",
      "-jar",
      join(directory, `apicurio-registry-app-${VERSION}-runner.jar`),
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  process.unref();
  globalThis.addEventListener("unload", () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  await whenTrue(() => answers(url), { withinMs: READY_MS_MAX, failure: () => "Apicurio did not start" });
  return url;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/subjects`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** What the registry says of a path. */
export async function askRegistry(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`${await sharedRegistry()}${path}`, {
    ...init,
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
  });
  return await response.json();
}
