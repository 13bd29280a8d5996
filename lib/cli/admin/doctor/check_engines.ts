/**
 * Java and Spark, found by their files, as the program starts no other programs: what it takes to submit the job that
 * `spark-job` writes. Queries run without them.
 */
import { delimiter, dirname, join } from "node:path";
import type { Context } from "../../context.ts";
import { type AreaFinding, good, warning } from "./finding.ts";

/** The releases of Java that Spark 4 runs on. */
const JAVA_OF_SPARK = [17, 21];
/** The release of Spark whose answers the program has. */
const SPARK_WANTED = "4.";

/** A program that was found. */
interface Installed {
  readonly home: string;
  /** Undefined if its files do not say. */
  readonly version: string | undefined;
}

/** See the module's description. */
export async function checkEngines({ io: { environment } }: Context): Promise<readonly AreaFinding[]> {
  const java = await findJava(environment);
  const spark = await findSpark(environment);
  return [javaFinding(java, spark), sparkFinding(spark)];
}

function javaFinding(java: Installed | undefined, spark: Installed | undefined): AreaFinding {
  if (java === undefined) {
    return spark === undefined
      ? good("No Java; only Spark needs one")
      : warning("Spark is there, but no Java was found.", "Install Java 17, or set JAVA_HOME.");
  }
  const { home, version } = java;
  const text = `Java ${version ?? "of an unknown version"} in ${home}`;
  const isWanted = version === undefined || JAVA_OF_SPARK.includes(Number.parseInt(version));
  return isWanted
    ? good(text)
    : warning(`${text}: Spark 4 runs on Java 17 or 21.`, "Set JAVA_HOME to one of them.");
}

function sparkFinding(spark: Installed | undefined): AreaFinding {
  if (spark === undefined) return good("No Spark; only jobs for spark-submit need one");
  const { home, version } = spark;
  const text = `Spark ${version ?? "of an unknown version"} in ${home}`;
  return version === undefined ? good(text) : versionFinding(text, version);
}

/** Whether a Spark has the same answers. */
export function versionFinding(text: string, version: string): AreaFinding {
  return version.startsWith(SPARK_WANTED)
    ? good(text)
    : warning(`${text}: the answers of sfcrime are those of Spark 4.`, "Use a Spark 4.");
}

type Environment = Context["io"]["environment"];

async function findJava({ JAVA_HOME: home, PATH: path }: Environment): Promise<Installed | undefined> {
  const binary = home === undefined ? await onPath("java", path) : join(home, "bin", executable("java"));
  const real = binary && await Deno.realPath(binary).catch(() => undefined);
  if (real === undefined) return undefined;
  const directory = dirname(dirname(real));
  const release = await textIn(join(directory, "release"));
  return { home: directory, version: /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1] };
}

async function findSpark({ SPARK_HOME: home, PATH: path }: Environment): Promise<Installed | undefined> {
  const binary = home === undefined ? await onPath("spark-submit", path) : join(home, "bin", "spark-submit");
  const real = binary && await Deno.realPath(binary).catch(() => undefined);
  if (real === undefined) return undefined;
  const directory = dirname(dirname(real));
  const release = /^Spark (\S+)/.exec(await textIn(join(directory, "RELEASE")))?.[1];
  return { home: directory, version: release ?? await versionOfJars(join(directory, "jars")) };
}

/** The Spark of a Python package has no file RELEASE, but jars with its version in their names. */
async function versionOfJars(directory: string): Promise<string | undefined> {
  try {
    for await (const { name } of Deno.readDir(directory)) {
      const version = /^spark-core_[\d.]+-(.+)\.jar$/.exec(name)?.[1];
      if (version !== undefined) return version;
    }
  } catch {
    // It says no version, then.
  }
  return undefined;
}

async function onPath(name: string, path = ""): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter((part) => part !== "")) {
    const file = join(directory, executable(name));
    if (await Deno.stat(file).then(({ isFile }) => isFile, () => false)) return file;
  }
  return undefined;
}

function executable(name: string): string {
  return Deno.build.os === "windows" && name === "java" ? `${name}.exe` : name;
}

async function textIn(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}
