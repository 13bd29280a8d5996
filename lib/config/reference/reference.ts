/**
 * Every key of the INI file with its description and default: the single table from which flags and their
 * help, `config show`, the reference in `docs/` and the comments in `config/app.cfg` are generated or
 * checked.
 *
 * It is only text: the values that a key takes are in `../sections.ts`, which `--help` does not have to load.
 */
import { ANALYZE, LOGGING, SPARK, UI } from "./analyze_keys.ts";
import type { Entry } from "./entry.ts";
import { CONSUMER, KAFKA, REGISTRY } from "./kafka_keys.ts";
import { DATASF, PRODUCER } from "./producer_keys.ts";

/** The sections with a fixed name, and their keys. */
export const REFERENCE = {
  kafka: KAFKA,
  producer: PRODUCER,
  consumer: CONSUMER,
  analyze: ANALYZE,
  spark: SPARK,
  registry: REGISTRY,
  datasf: DATASF,
  ui: UI,
  logging: LOGGING,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;
