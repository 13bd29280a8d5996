/**
 * Spark's answers, remembered outside the checkout by all that they follow from: what is asked, the version of Spark,
 * and the code that asks. The same question has the same answer, and asking takes seconds of a processor. On a machine
 * that has not asked yet, and with `SPARK_AGAIN=true`, a real Spark answers.
 */
import { join } from "node:path";
import { cachePath, exists } from "./cache.ts";
import { SPARK_VERSION } from "./spark_home.ts";

/** The code between a question and its answer. How Java is started makes no difference to it. */
const CODE = [
  "scenario_job.py",
  "spark_server.py",
  "spark_server.ts",
  "spark_job.ts",
  "scenario_files.ts",
  "PlainLocalFileSystem.java",
  ...["core", "hdfs", "mapred", "yarn"].map((part) => `spark_conf/${part}-default.xml`),
];

/** The answer to a question, which is plain data; `ask` gives it if it is not known. */
export async function rememberedAnswer<T>(question: unknown, ask: () => Promise<T>): Promise<T> {
  const code = await Promise.all(CODE.map((file) => Deno.readTextFile(new URL(file, import.meta.url))));
  const text = JSON.stringify([code, question]);
  const directory = cachePath(`spark-answers-${SPARK_VERSION}`);
  const path = join(directory, `${await digestOf(new TextEncoder().encode(text))}.json`);
  if (Deno.env.get("SPARK_AGAIN") !== "true" && await exists(path)) {
    return JSON.parse(await Deno.readTextFile(path)) as T;
  }
  const answer = await ask();
  await Deno.mkdir(directory, { recursive: true });
  // A file that is there is whole.
  const fresh = await Deno.makeTempFile({ dir: directory });
  await Deno.writeTextFile(fresh, JSON.stringify(answer));
  await Deno.rename(fresh, path);
  return answer;
}

/** The files of a directory that a question is about: their paths there, each with a digest of its content. */
export async function filesIn(directory: string): Promise<readonly (readonly [string, string])[]> {
  const files: [string, string][] = [];
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = join(directory, name);
    if (!isDirectory) files.push([name, await digestOf(await Deno.readFile(path))]);
    else {files.push(
        ...(await filesIn(path)).map(([rest, digest]): [string, string] => [join(name, rest), digest]),
      );}
  }
  return files.toSorted(([left], [right]) => left < right ? -1 : 1);
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
