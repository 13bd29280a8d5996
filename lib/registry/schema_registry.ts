/**
 * A client of a schema registry, by the HTTP API of Confluent's, which Karapace, Apicurio and Redpanda have as well.
 *
 * What an id or a version stands for never changes, so each is asked for once. A registry that does not answer is asked
 * again, with growing pauses: for a few seconds by a command that starts, and for minutes by a query that runs, which
 * says so. What it refuses is an error at once.
 */
import * as z from "zod";
import {
  REGISTRY_ANSWER_BYTES_MAX,
  REGISTRY_OUTAGE_MS_MAX,
  REGISTRY_OUTAGE_REPORTED_MS,
  REGISTRY_PATIENCE_MS,
  REGISTRY_REFERENCES_MAX,
  REGISTRY_RETRY_MS_MAX,
  REGISTRY_RETRY_MS_MIN,
} from "../base/bounds.ts";
import type { Clock } from "../base/clock.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { HttpClient } from "../base/host.ts";
import { logger } from "../base/log.ts";
import { formatDuration } from "../base/text/duration.ts";
import { refused, unknownSchema, unreachable, unreadable } from "./failures.ts";
import {
  type RegisteredSchema,
  SCHEMA_KINDS,
  type SchemaReference,
  type SchemaText,
  type SubjectVersion,
} from "./registered_schema.ts";
import type { RegistryAddress } from "./registry_address.ts";

const SCHEMA = z.object({
  id: z.number().int().optional(),
  schema: z.string(),
  schemaType: z.enum(SCHEMA_KINDS).default("AVRO"),
  references: z.array(z.object({ name: z.string(), subject: z.string(), version: z.number().int() }))
    .default([]),
});
const WITH_ID = z.object({ id: z.number().int() });
const KINDS = z.array(z.string());
const MODE = z.object({ mode: z.string() });

type SchemaAnswer = z.infer<typeof SCHEMA>;

/** What the client takes from its machine. */
export interface RegistryHost extends Pick<Clock, "monotonicMs" | "sleep"> {
  readonly http: HttpClient;
}

/** How a registry is asked. */
export interface RegistryOptions {
  /** Whether a query runs, which can wait for it. */
  readonly isRunning?: boolean;
}

const log = logger("registry");

interface Question {
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
}

/** See the module's description. */
export class SchemaRegistry {
  readonly address: RegistryAddress;
  readonly #host: RegistryHost;
  readonly #isRunning: boolean;
  readonly #byId = new Map<number, Promise<SchemaText>>();

  constructor(address: RegistryAddress, host: RegistryHost, { isRunning = false }: RegistryOptions = {}) {
    this.address = address;
    this.#host = host;
    this.#isRunning = isRunning;
  }

  /** The schema with an id; undefined if there is none. @throws {SfcrimeError} REGISTRY, REGISTRY_UNREACHABLE */
  async schemaById(id: number): Promise<SchemaText | undefined> {
    const known = this.#byId.get(id);
    if (known !== undefined) return await known;
    const answer = await this.#ask(`/schemas/ids/${id}`, SCHEMA);
    if (answer === undefined) return undefined;
    const schema = this.#withReferences(answer);
    this.#byId.set(id, schema);
    // What failed is asked again.
    schema.catch(() => this.#byId.delete(id));
    return await schema;
  }

  /** A version of a subject. @throws {SfcrimeError} REGISTRY if there is none; REGISTRY_UNREACHABLE */
  async version(subject: string, version: SubjectVersion): Promise<RegisteredSchema> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
    const answer = await this.#ask(path, SCHEMA);
    if (answer?.id === undefined) throw unknownSchema(this.address, subject, version);
    return { ...await this.#withReferences(answer), id: answer.id };
  }

  /**
   * The id of a schema in a subject, where it is registered unless it is known there.
   *
   * @throws {SfcrimeError} REGISTRY if it is not compatible with those before it, or the registry is read-only.
   */
  async register(subject: string, { kind, text }: Pick<SchemaText, "kind" | "text">): Promise<number> {
    const body = { schema: text, ...(kind === "AVRO" ? {} : { schemaType: kind }) };
    const path = `/subjects/${encodeURIComponent(subject)}`;
    const known = await this.#ask(path, WITH_ID, { method: "POST", body });
    if (known !== undefined) return known.id;
    const made = await this.#ask(`${path}/versions`, WITH_ID, { method: "POST", body });
    if (made === undefined) throw unknownSchema(this.address, subject, "latest");
    return made.id;
  }

  /** The kinds of schemas that it takes. @throws {SfcrimeError} REGISTRY, REGISTRY_UNREACHABLE */
  async kinds(): Promise<readonly string[]> {
    return await this.#ask("/schemas/types", KINDS) ?? [];
  }

  /** Whether it takes schemas, such as READWRITE or READONLY; undefined where it has no modes, or does not tell them. */
  async mode(): Promise<string | undefined> {
    try {
      return (await this.#ask("/mode", MODE))?.mode;
    } catch (error) {
      if (error instanceof SfcrimeError && error.code === "REGISTRY") return undefined;
      throw error;
    }
  }

  async #withReferences({ schema, schemaType, references }: SchemaAnswer): Promise<SchemaText> {
    const found = new Map<string, SchemaReference>();
    await this.#collect(references, found);
    return { kind: schemaType, text: schema, references: [...found.values()] };
  }

  /** References of references come before them; one that several use is asked for once. */
  async #collect(
    references: SchemaAnswer["references"],
    found: Map<string, SchemaReference>,
  ): Promise<void> {
    for (const { name, subject, version } of references) {
      if (found.has(name)) continue;
      if (found.size >= REGISTRY_REFERENCES_MAX) {
        throw unreadable(this.address, `has a schema with more than ${REGISTRY_REFERENCES_MAX} references`);
      }
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const answer = await this.#ask(path, SCHEMA);
      if (answer === undefined) throw unknownSchema(this.address, subject, version);
      await this.#collect(answer.references, found);
      found.set(name, { name, text: answer.schema });
    }
  }

  /** The answer to a question; undefined if there is no such schema, subject or version. */
  async #ask<T>(path: string, shape: z.ZodType<T>, question: Question = {}): Promise<T | undefined> {
    const { monotonicMs, sleep } = this.#host;
    const startMs = monotonicMs();
    const deadline = startMs + (this.#isRunning ? REGISTRY_OUTAGE_MS_MAX : REGISTRY_PATIENCE_MS);
    let isReported = false;
    for (let pauseMs = REGISTRY_RETRY_MS_MIN;; pauseMs = Math.min(pauseMs * 2, REGISTRY_RETRY_MS_MAX)) {
      try {
        const answer = await this.#askOnce(path, shape, { ...question, deadline });
        if (isReported) log.info(`The schema registry at ${this.address.url} answers again.`);
        return answer;
      } catch (error) {
        const nowMs = monotonicMs();
        const isHopeless = !(error instanceof SfcrimeError) || !error.retriable;
        if (isHopeless || nowMs + pauseMs >= deadline) throw error;
        if (this.#isRunning && !isReported && nowMs - startMs >= REGISTRY_OUTAGE_REPORTED_MS) {
          isReported = true;
          const left = formatDuration(REGISTRY_OUTAGE_MS_MAX);
          log.warn(`${error.message.replace(/\.$/, "")}; asking it again for ${left}.`);
        }
      }
      await sleep(pauseMs);
    }
  }

  async #askOnce<T>(
    path: string,
    shape: z.ZodType<T>,
    { method = "GET", body, deadline }: Question & { readonly deadline: number },
  ): Promise<T | undefined> {
    const { url, headers, ca } = this.address;
    const response = await this.#host.http({
      url: `${url}${path}`,
      method,
      headers: {
        accept: "application/vnd.schemaregistry.v1+json, application/json",
        ...(body === undefined ? {} : { "content-type": "application/vnd.schemaregistry.v1+json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      ca,
      timeoutMs: Math.max(1, Math.min(REGISTRY_PATIENCE_MS, deadline - this.#host.monotonicMs())),
      bytesMax: REGISTRY_ANSWER_BYTES_MAX,
    }).catch((cause: unknown) => {
      throw unreachable(this.address, cause);
    });
    const json = jsonOf(response.text);
    if (response.status === 404 && isRegistrys(json)) return undefined;
    if (response.status !== 200) throw refused(this.address, response.status, json);
    const read = shape.safeParse(json);
    if (!read.success) throw unreadable(this.address, "gave an answer that is not of its API");
    return read.data;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether "not found" is said of a schema, not of the address by whatever server is there. */
function isRegistrys(json: unknown): boolean {
  return typeof json === "object" && json !== null && "error_code" in json;
}
