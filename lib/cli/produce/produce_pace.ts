/** What the settings of `produce` say of when records are sent, and seen: their pace, their order, and their transactions. */
import { resolve } from "node:path";
import { SfcrimeError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";
import { digestOf } from "../../base/text/digest.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import type { TransactionsOptions } from "../../produce/produce_options.ts";
import type { Context } from "../context.ts";
import type { Pace } from "../../produce/pace.ts";
import { EVENT_TIME_FIELD } from "../../produce/notes/record_notes.ts";

/** The field by which records are sorted; undefined where they keep their order. @throws {SfcrimeError} USAGE */
export function orderOf({ producer: { sort_by: field, speedup }, provenance }: Settings): string | undefined {
  if (field === undefined || speedup === undefined) {
    return field ?? (speedup === undefined ? undefined : EVENT_TIME_FIELD);
  }
  const places = ["sort_by", "speedup"].map((key) => provenance.get(`producer.${key}`)?.place ?? key);
  throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
    hint: `A replay by speedup is sorted by ${EVENT_TIME_FIELD}.`,
  });
}

/** Rate, interval and speedup are mutually exclusive. @throws {SfcrimeError} USAGE */
export function paceOf({ producer: { rate, interval, speedup }, provenance }: Settings): Pace {
  const given = Object.entries({ rate, interval, speedup }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const places = given.map(([key]) => provenance.get(`producer.${key}`)?.place ?? key);
    throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
      hint: "Use only one of them to set the speed.",
    });
  }
  if (rate !== undefined) return { kind: "rate", everyMs: 1_000 / rate };
  if (interval !== undefined) return { kind: "rate", everyMs: interval };
  if (speedup !== undefined) return { kind: "replay", speedup };
  return { kind: "unlimited" };
}

/** A broker may be slow, but should not keep what a killed producer has left open for long. */
const SPARE_MS = 60_000;
/** The longest time that brokers take by default. */
const TRANSACTION_MS_MAX = 900_000;

/** What is sent in transactions. */
export interface TransactionalInput {
  readonly input: InputSource;
  /** By what it is known to later runs. */
  readonly names: readonly string[];
}

/** The transactions that records are sent in; undefined if there are none. @throws {SfcrimeError} USAGE */
export function transactionsOf(
  { settings, dataDir, address, io }: Context,
  { input, names }: TransactionalInput,
): TransactionsOptions | undefined {
  const { producer, kafka, provenance } = settings;
  const {
    transactional_id: given,
    transaction_records: recordsMax = Infinity,
    transaction_interval: msMax,
  } = producer;
  if (!producer.transactional && given === undefined) {
    const key = ["transaction_records", "transaction_interval"]
      .find((name) => provenance.get(`producer.${name}`)?.origin === "flag");
    if (key === undefined) return undefined;
    throw new SfcrimeError("USAGE", `--${key.replace("_", "-")} needs --transactional.`);
  }
  if (producer.acks !== "all") {
    throw new SfcrimeError("USAGE", `Transactions need --acks all, not ${producer.acks}.`);
  }
  if (address.kind !== "kafka") {
    throw new SfcrimeError("USAGE", "The embedded broker has no transactions of producers.", {
      hint: "They need Kafka: --bootstrap-server HOST:PORT.",
    });
  }
  // The next run of a command takes over what it has left open. Others may read stdin at the same time.
  const ofRun = input.resumable ? digestOf([resolve(dataDir), ...names]) : io.host.newId();
  return {
    producer: {
      transactionalId: given ?? `sfcrime-produce-${kafka.topic}-${ofRun}`,
      transactionMsMax: Math.min(msMax + SPARE_MS, TRANSACTION_MS_MAX),
    },
    size: { recordsMax, msMax },
  };
}
