/**
 * Properties of Kafka's Java client and of librdkafka that are settings of the program, under names of its own: they are
 * taken as well, with `-X` and in `[kafka]`.
 */

/** A setting, and values that are called otherwise. */
interface ForeignProperty {
  /** `section.key`. */
  readonly setting: string;
  readonly values?: Readonly<Record<string, string>>;
}

const SERVERS: ForeignProperty = { setting: "kafka.bootstrap_servers" };
const ACKS: ForeignProperty = { setting: "producer.acks", values: { "-1": "all" } };
const COMPRESSION: ForeignProperty = { setting: "producer.compression" };
const RESET: ForeignProperty = {
  setting: "kafka.auto_offset_reset",
  values: { smallest: "earliest", beginning: "earliest", largest: "latest", end: "latest" },
};

const FOREIGN: Readonly<Record<string, ForeignProperty>> = {
  "bootstrap.servers": SERVERS,
  "metadata.broker.list": SERVERS,
  "client.id": { setting: "kafka.client_id" },
  "group.id": { setting: "kafka.group_id" },
  "auto.offset.reset": RESET,
  "acks": ACKS,
  "request.required.acks": ACKS,
  "compression.type": COMPRESSION,
  "compression.codec": COMPRESSION,
  "transactional.id": { setting: "producer.transactional_id" },
};

/**
 * The setting that a property is, with its value; undefined if it is none.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(settingOfProperty("auto.offset.reset", "smallest"), {
 *   setting: "kafka.auto_offset_reset",
 *   value: "earliest",
 * });
 * ```
 */
export function settingOfProperty(
  name: string,
  value: string,
): { readonly setting: string; readonly value: string } | undefined {
  if (!Object.hasOwn(FOREIGN, name)) return undefined;
  const { setting, values = {} } = FOREIGN[name]!;
  return { setting, value: Object.hasOwn(values, value) ? values[value]! : value };
}
