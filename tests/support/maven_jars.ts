/** Jars from Maven Central, fetched once for all runs. */
import { join } from "node:path";
import { installOnce, runTool } from "./cache.ts";

/** An artifact as `group:name:version`. */
export interface Artifact {
  readonly coordinates: string;
  /** Whether it comes without what it depends on. */
  readonly alone?: boolean;
}

const NOTHING_ELSE =
  "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>";

/** The directory with the jars of artifacts, and of what they depend on. @param name Of the directory in the cache. */
export function mavenJars(name: string, artifacts: readonly Artifact[]): Promise<string> {
  return installOnce(name, async (directory) => {
    await Deno.writeTextFile(join(directory, "pom.xml"), pomOf(name, artifacts));
    const args = ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"];
    await runTool("mvn", [...args, `-DoutputDirectory=${directory}`], { cwd: directory });
  });
}

function pomOf(name: string, artifacts: readonly Artifact[]): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>${name}</artifactId><version>1</version>
<dependencies>${artifacts.map(dependency).join("\n")}</dependencies></project>`;
}

function dependency({ coordinates, alone = false }: Artifact): string {
  const [groupId, artifactId, version] = coordinates.split(":");
  return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId>` +
    `<version>${version}</version>${alone ? NOTHING_ELSE : ""}</dependency>`;
}
