/** The documents of `docs/`, which are inside the executable. */

/** A document, by its name. */
export interface Document {
  readonly title: string;
  readonly file: URL;
}

/** See the module's description; first those that are needed first. */
export const DOCUMENTS: Readonly<Record<string, Document>> = {
  commands: {
    title: "All commands and flags, with examples",
    file: new URL("../../../docs/commands.md", import.meta.url),
  },
  comparison: {
    title: "What one does daily with kcat, rpk, Kafka's tools, and here",
    file: new URL("../../../docs/comparison.md", import.meta.url),
  },
  configuration: {
    title: "All keys of the configuration, and the order of precedence",
    file: new URL("../../../docs/configuration.md", import.meta.url),
  },
  security: {
    title: "TLS, logins with passwords and tokens, secrets",
    file: new URL("../../../docs/security.md", import.meta.url),
  },
  datasf: {
    title: "Live calls of San Francisco, from the city's open data",
    file: new URL("../../../docs/datasf.md", import.meta.url),
  },
  any_topic: {
    title: "From an unknown topic to an answer",
    file: new URL("../../../docs/any_topic.md", import.meta.url),
  },
  coming_from_kcat: {
    title: "What options of kcat are here",
    file: new URL("../../../docs/coming_from_kcat.md", import.meta.url),
  },
  coming_from_spark: {
    title: "What a job of Structured Streaming is here",
    file: new URL("../../../docs/coming_from_spark.md", import.meta.url),
  },
  sql: {
    title: "Statements and functions of SQL",
    file: new URL("../../../docs/sql.md", import.meta.url),
  },
  joins: { title: "Joins of streams", file: new URL("../../../docs/joins.md", import.meta.url) },
  formats: {
    title: "JSON, CSV, text and bytes, Avro, Protobuf, JSON Schema; keys",
    file: new URL("../../../docs/formats.md", import.meta.url),
  },
  sinks: {
    title: "Where rows go, and what is guaranteed",
    file: new URL("../../../docs/sinks.md", import.meta.url),
  },
  dashboard: {
    title: "The page, the HTTP API, metrics for Prometheus, the live view",
    file: new URL("../../../docs/dashboard.md", import.meta.url),
  },
  spark: {
    title: "The same queries on a Spark cluster",
    file: new URL("../../../docs/spark.md", import.meta.url),
  },
  semantics: {
    title: "What matches Spark, which tests prove it, and what differs",
    file: new URL("../../../docs/semantics.md", import.meta.url),
  },
  limits: { title: "What does not work", file: new URL("../../../docs/limits.md", import.meta.url) },
  install: {
    title: "Archives, Docker, systemd; upgrade and roll back",
    file: new URL("../../../docs/install.md", import.meta.url),
  },
  performance: {
    title: "Benchmarks against Spark, ClickHouse and kcat",
    file: new URL("../../../docs/performance.md", import.meta.url),
  },
  scaling: {
    title: "Partitions, workers, record size and keys",
    file: new URL("../../../docs/scaling.md", import.meta.url),
  },
  reliability: {
    title: "How faults are simulated, and what is checked",
    file: new URL("../../../docs/reliability.md", import.meta.url),
  },
  architecture: {
    title: "How the program is built",
    file: new URL("../../../docs/architecture.md", import.meta.url),
  },
  decisions: {
    title: "What was chosen, the alternatives, and the reasons",
    file: new URL("../../../docs/decisions.md", import.meta.url),
  },
};

/** The text of a document. */
export async function readDocument({ file }: Document): Promise<string> {
  return await Deno.readTextFile(file);
}
