/**
 * Runs a script with PySpark, such as those that make golden answers:
 * `deno run --allow-all tests/support/spark.ts SCRIPT.py [ARGS…]`.
 */
import { runTool } from "./cache.ts";
import { sparkPython } from "./spark_home.ts";
import { sparkEnvironment } from "./spark_java.ts";

const [script, ...args] = Deno.args;
const printed = await runTool(await sparkPython(), [script!, ...args], { env: await sparkEnvironment() });
await Deno.stdout.write(new TextEncoder().encode(printed));
