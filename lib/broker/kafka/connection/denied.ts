/** What a server does not allow: errors of the protocol say so, but not of what. Whoever asked adds that. */
import { SfcrimeError } from "../../../base/errors.ts";
import { protocolError } from "../kafkajs/internals.ts";

/** What was asked of a server, in the words of Kafka's access control lists. */
export interface Asked {
  readonly operation:
    | "Read"
    | "Write"
    | "Describe"
    | "Create"
    | "AlterConfigs"
    | "Alter"
    | "Delete"
    | "IdempotentWrite";
  /** The flag of `kafka-acls` for the resource. */
  readonly resource: "topic" | "group" | "transactional-id" | "cluster";
  readonly name?: string;
}

/** What was asked, by the error that refuses it. */
const askedOf = new WeakMap<object, Asked>();

/** kafkajs's error for an error code of the protocol, with what was asked. */
export function answerError(code: number, asked: Asked): Error {
  const error = protocolError(code);
  askedOf.set(error, asked);
  return error;
}

/** The result of a call; errors know what was asked. */
export async function asking<T>(asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (typeof error === "object" && error !== null && !askedOf.has(error)) askedOf.set(error, asked);
    throw error;
  }
}

const RESOURCES: Readonly<Record<string, Asked["resource"]>> = {
  TOPIC_AUTHORIZATION_FAILED: "topic",
  GROUP_AUTHORIZATION_FAILED: "group",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "transactional-id",
  CLUSTER_AUTHORIZATION_FAILED: "cluster",
};

const VERBS: Readonly<Record<Asked["operation"], string>> = {
  Read: "read",
  Write: "write to",
  Describe: "see",
  Create: "create",
  AlterConfigs: "change settings of",
  Alter: "change",
  Delete: "delete",
  IdempotentWrite: "write without duplicates to",
};

/** The error for a request that is not allowed; undefined for errors of other types. */
export function denied(
  error: { readonly type?: string; readonly cause?: unknown },
  { kafka, thrown }: { readonly kafka: string; readonly thrown: unknown },
): SfcrimeError | undefined {
  const resource = RESOURCES[error.type ?? ""];
  if (resource === undefined) return undefined;
  const asked = [error, thrown].map((at) => askedOf.get(at as object)).find((found) =>
    found?.resource === resource
  );
  const what = nameOf({ resource, ...asked });
  const verb = asked === undefined ? "do this with" : VERBS[asked.operation];
  const place = resource === "cluster" ? " --cluster" : ` --${resource} ${asked?.name ?? "NAME"}`;
  return new SfcrimeError("BROKER", `${kafka} does not allow this user to ${verb} ${what}.`, {
    hint:
      `Log in as another user, or have it allowed: kafka-acls --add --allow-principal User:NAME --operation ${
        asked?.operation ?? "OPERATION"
      }${place}.`,
    cause: thrown,
  });
}

function nameOf({ resource, name }: Omit<Asked, "operation">): string {
  if (resource === "cluster") return "the cluster";
  const kind = resource === "transactional-id" ? "transactional ID" : resource;
  return name === undefined ? `this ${kind}` : `${kind} ${name}`;
}
