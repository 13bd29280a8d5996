/**
 * Makes `partitions.json`: the partitions that Java's producer chooses for keys, by `Partitions.java`.
 *
 *     deno run --allow-all tests/golden/partitions/make.ts          needs Java 17 (the JDK) and Maven
 */
import { join } from "node:path";
import { runTool } from "../../support/cache.ts";
import { kafkaJars } from "../../support/kafka.ts";

const HERE = import.meta.dirname!;

const answers = await runTool("java", ["-cp", `${await kafkaJars()}/*`, join(HERE, "Partitions.java")]);
await Deno.writeTextFile(join(HERE, "partitions.json"), JSON.stringify(JSON.parse(answers), null, 2) + "\n");
