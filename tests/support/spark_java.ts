/**
 * How tests start Java for Spark, so that it takes less of the processor's time: with flags for a short life, and with
 * an archive of the classes that it loads. Java takes them from an archive only if the class path begins as it did when
 * the archive was made, and passes over an archive that is of other jars, or of another Java.
 */
import { join } from "node:path";
import { installOnce, runTool } from "./cache.ts";
import { SPARK_VERSION, sparkHome, sparkPython } from "./spark_home.ts";

const FILE_SYSTEM = "PlainLocalFileSystem";

function pathOf(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

/**
 * The jar that stands first in a class path: with our own class of files, and with a configuration in place of Hadoop's
 * defaults, which is empty. Spark writes all of it, each entry compressed, for each stateful operator of each batch: the
 * defaults are more than a thousand, and those that matter are in Hadoop's code.
 */
async function firstJar(): Promise<string> {
  const python = await sparkPython();
  const directory = await installOnce(`pyspark-${SPARK_VERSION}-first-jar`, async (fresh) => {
    const files = [`${FILE_SYSTEM}.java`, "spark_conf"].map(pathOf);
    await runTool(python, ["-B", pathOf("make_spark_jar.py"), ...files, join(fresh, "first.jar")]);
  });
  return join(directory, "first.jar");
}

/**
 * Flags of Java for a program that lives for seconds: the better compiler and parallel collectors cost more than they
 * bring, and a quarter of a start is the verification of classes.
 */
export const SHORT_LIFE: readonly string[] = [
  "-XX:TieredStopAtLevel=1",
  "-XX:+UseSerialGC",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:-BytecodeVerificationRemote",
];

const JVM_OPTIONS = [
  ...SHORT_LIFE,
  // With room from the start, few collections are needed, and compiled code is not searched for what may go.
  "-XX:ReservedCodeCacheSize=240m",
  "-XX:MetaspaceSize=400m",
  "-Xms512m",
  "-Xmn256m",
  "-Xlog:disable",
  `-Dspark.hadoop.fs.file.impl=${FILE_SYSTEM}`,
];

/** The flag with which Java uses the archive of classes: it makes a start of half the CPU time. */
export async function archiveFlag(): Promise<string> {
  const directory = await installOnce(`pyspark-${SPARK_VERSION}-classes`, async (fresh) => {
    const env = await environmentWith(`-XX:ArchiveClassesAtExit=${join(fresh, "spark.jsa")}`);
    await runTool(await sparkPython(), ["-B", pathOf("archive_spark_classes.py")], { env });
    await Deno.stat(join(fresh, "spark.jsa"));
  });
  return `-XX:SharedArchiveFile=${join(directory, "spark.jsa")}`;
}

async function environmentWith(flag: string): Promise<Record<string, string>> {
  const jar = await firstJar();
  return {
    SPARK_LAUNCHER_OPTS: SHORT_LIFE.join(" "),
    SPARK_SUBMIT_OPTS: [...JVM_OPTIONS, flag].map(quoted).join(" "),
    // A directory with files in it would keep Java from the archive, so there is none.
    SPARK_CONF_DIR: `${jar}.conf`,
    SPARK_DIST_CLASSPATH: jar,
    PYSPARK_SUBMIT_ARGS: `--driver-class-path ${quoted(jar)} pyspark-shell`,
  };
}

/** What the environment of a program of Spark needs: of a script with PySpark, or of `spark-submit`. */
export async function sparkEnvironment(): Promise<Record<string, string>> {
  return await environmentWith(await archiveFlag());
}

/** The settings by which the class paths of drivers and executors begin as the archive wants it. */
export async function classPathConf(): Promise<Readonly<Record<string, string>>> {
  const jar = await firstJar();
  return { "spark.driver.extraClassPath": jar, "spark.executor.extraClassPath": jar };
}

/** The class path of a program of Spark that is started without `spark-submit`. */
export async function sparkClassPath(): Promise<string> {
  const jars = join(await sparkHome(), "jars");
  // Spark's own scripts put this one first.
  const first = [...Deno.readDirSync(jars)].find(({ name }) => name.startsWith("slf4j-api-"))!;
  return [await firstJar(), join(jars, first.name), join(jars, "*")].join(":");
}

/** A word among others. */
export function quoted(word: string): string {
  return `"${word}"`;
}
