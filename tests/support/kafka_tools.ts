/** Kafka's own command line tools, which judge what the program says of topics and groups. */
import { KAFKA_VERSION, kafkaJars } from "./kafka.ts";
import { mavenJars } from "./maven_jars.ts";

/** The directory with the jar of the tools; what they need is among the jars of Kafka itself. */
function toolsJar(): Promise<string> {
  const coordinates = `org.apache.kafka:kafka-tools:${KAFKA_VERSION}`;
  return mavenJars(`kafka-tools-${KAFKA_VERSION}`, [{ coordinates, alone: true }]);
}

const TOOLS = {
  topics: "org.apache.kafka.tools.TopicCommand",
  groups: "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
  logDirs: "org.apache.kafka.tools.LogDirsCommand",
  consumer: "org.apache.kafka.tools.consumer.ConsoleConsumer",
} as const;

/** The command that starts a tool, for a process that short that compiling well does not pay. */
async function toolCommand(tool: keyof typeof TOOLS, args: readonly string[]): Promise<Deno.Command> {
  const jars = await Promise.all([kafkaJars(), toolsJar()]);
  const classPath = jars.map((directory) => `${directory}/*`).join(":");
  return new Deno.Command("java", {
    args: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath, TOOLS[tool], ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What a tool prints; it has to succeed. */
export async function kafkaTool(tool: keyof typeof TOOLS, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await (await toolCommand(tool, args)).output();
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  throw new Error(`${TOOLS[tool]} ${args.join(" ")} failed:\n${text}${new TextDecoder().decode(stderr)}`);
}

/** Starts a tool that goes on until it is ended. */
export async function startKafkaTool(
  tool: keyof typeof TOOLS,
  args: readonly string[],
): Promise<Deno.ChildProcess> {
  return (await toolCommand(tool, args)).spawn();
}

/** A table as the tools print it: rows of words, without the titles. */
export function toolRows(text: string): string[][] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(1)
    .map((line) => line.split(/\s+/));
}
