/**
 * Where the value of a column comes from, as it is written after its type:
 *
 * - nothing: from the field of its name in the value of a record; `AS other` gives the column another name;
 * - `METADATA`, `METADATA FROM 'timestamp'`: from what Kafka keeps of the record, as in Flink;
 * - `KEY`, `KEY FROM 'id'`: from a field of its key;
 * - `AS (expression)`, `GENERATED ALWAYS AS (expression)`: computed from other columns, the latter as in Spark.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import type { ColumnOrigin } from "../kafka/kafka_column.ts";
import { KAFKA_FIELDS, type KafkaField, kafkaFieldNamed } from "../kafka/kafka_field.ts";
import type { DdlTokens } from "./ddl_tokens.ts";

/**
 * Reads what stands after the type of the column `field`, and its name in SQL; undefined if it is none of the above.
 *
 * @throws {SfcrimeError} CONFIG if Kafka has no such field.
 */
export function readOrigin(
  tokens: DdlTokens,
  { field, place }: { readonly field: string; readonly place: string },
): { readonly name: string; readonly origin: ColumnOrigin } | undefined {
  if (tokens.takeWords("METADATA")) {
    const name = tokens.takeWords("FROM") ? tokens.takeText() : field;
    tokens.takeWords("VIRTUAL");
    return name === undefined
      ? undefined
      : { name: field, origin: { kafka: kafkaFieldOf(name, { field, place }) } };
  }
  if (tokens.takeWords("KEY")) {
    const keyField = tokens.takeWords("FROM") ? tokens.takeText() : field;
    return keyField === undefined ? undefined : { name: field, origin: { keyField } };
  }
  const isGenerated = tokens.takeWords("GENERATED", "ALWAYS");
  if (!tokens.takeWords("AS")) return isGenerated ? undefined : { name: field, origin: {} };
  const computed = tokens.takeParenthesized();
  if (computed !== undefined) return { name: field, origin: { computed: computed.trim() } };
  const name = isGenerated ? undefined : tokens.takeName();
  return name === undefined ? undefined : { name, origin: {} };
}

function kafkaFieldOf(
  name: string,
  { field, place }: { readonly field: string; readonly place: string },
): KafkaField {
  const found = kafkaFieldNamed(name);
  if (found !== undefined) return found;
  throw new SfcrimeError("CONFIG", `${place}: column ${field}: Kafka has no field ${name}.`, {
    hint: `${didYouMean(name, KAFKA_FIELDS)} For another name: at TIMESTAMP METADATA FROM 'timestamp'.`,
  });
}
