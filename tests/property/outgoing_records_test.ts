import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type BatchSize, OutgoingRecords } from "../../lib/broker/writing/outgoing_records.ts";
import { type Codec, CODECS } from "../../lib/broker/record_batch/codecs.ts";
import { type ProducerRecord, RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { BASE_SEQUENCE_AT } from "../../lib/broker/record_batch/layout.ts";
import { producerRecords, readAll } from "../support/record_arbitraries.ts";

const batches = fc.array(producerRecords, { minLength: 1, maxLength: 30 });
const codecs = fc.constantFrom(...CODECS);
const limits = fc.integer({ min: 61, max: 4_000 });
const sequences = fc.constantFrom(0, 7, 2 ** 31 - 5);

/** A broker's side of one partition, which takes batches of at most so many bytes. */
class Partition {
  readonly records: ProducerRecord[] = [];
  /** How many records each batch had that was refused. */
  readonly refused: number[] = [];
  readonly #limit: number;
  #sequence: number;

  constructor(limit: number, sequence: number) {
    this.#limit = limit;
    this.#sequence = sequence;
  }

  /** Says whether it has taken the batch. */
  take(batch: Uint8Array): boolean {
    const { records } = readAll(batch);
    if (batch.length > this.#limit) {
      this.refused.push(records.length);
      return false;
    }
    const sequence = new DataView(batch.buffer, batch.byteOffset).getInt32(BASE_SEQUENCE_AT);
    equal(sequence, this.#sequence, "a number is missing, or comes twice");
    this.#sequence = (this.#sequence + records.length) % 2 ** 31;
    this.records.push(...records.map(({ offset: _, ...record }) => record));
    return true;
  }
}

interface Sent {
  readonly records: readonly ProducerRecord[];
  readonly codec: Codec;
  readonly size: BatchSize;
  readonly limit: number;
  readonly sequence: number;
}

/** Sends records as far as the broker takes them. */
function send({ records, codec, size, limit, sequence }: Sent) {
  const partition = new Partition(limit, sequence);
  const outgoing = new OutgoingRecords(
    { partition: 3, records: RecordsBuilder.of(records) },
    { codec, size },
  );
  for (let baseSequence = sequence, baseOffset = 100; !outgoing.isDone;) {
    const batch = outgoing.batch({ producerId: 5n, epoch: 1, baseSequence });
    equal(outgoing.batch(undefined), batch, "it is another batch when it is sent again");
    if (!partition.take(batch)) {
      outgoing.refuse();
      continue;
    }
    const count = outgoing.confirm(baseOffset);
    baseOffset += count;
    baseSequence = (baseSequence + count) % 2 ** 31;
  }
  return { partition, appended: outgoing.appended };
}

/** Which records the broker does not take, and how large each is by itself. */
function tooLarge({ records, codec, limit }: Sent) {
  return records.map((record, index) => ({ index, bytes: RecordsBuilder.of([record]).toBatch(codec).length }))
    .filter(({ bytes }) => bytes > limit);
}

function requireAllOthers(sent: Sent, { partition, appended }: ReturnType<typeof send>): void {
  const left = tooLarge(sent);
  deepEqual(appended.tooLarge ?? [], left);
  const leftOut = new Set(left.map(({ index }) => index));
  deepEqual(partition.records, sent.records.filter((_, index) => !leftOut.has(index)));
  equal(appended.baseOffset, partition.records.length === 0 ? -1 : 100);
}

Deno.test("Whatever limit the broker has, all records that fit arrive in order, and the others are named", () => {
  fc.assert(fc.property(batches, codecs, limits, sequences, (records, codec, limit, sequence) => {
    const sent = { records, codec, limit, sequence, size: { bytesMax: Infinity } };
    requireAllOthers(sent, send(sent));
  }));
});

Deno.test("Where the limit is known, no batch of several records is refused", () => {
  fc.assert(fc.property(batches, codecs, limits, sequences, (records, codec, limit, sequence) => {
    const sent = { records, codec, limit, sequence, size: { bytesMax: limit } };
    const outcome = send(sent);
    requireAllOthers(sent, outcome);
    ok(outcome.partition.refused.every((count) => count === 1));
  }));
});

Deno.test("Where the limit is not known, each refusal of several records halves what is sent at once from then on", () => {
  fc.assert(fc.property(batches, codecs, limits, (records, codec, limit) => {
    const sent = { records, codec, limit, sequence: 0, size: { bytesMax: Infinity } };
    const largest = RecordsBuilder.of(records).toBatch(codec).length;
    const outcomes = [1, 2, 3].map(() => send(sent));
    for (const outcome of outcomes) requireAllOthers(sent, outcome);
    const refused = outcomes.flatMap(({ partition }) => partition.refused).filter((count) => count > 1);
    ok(refused.length <= Math.max(0, Math.ceil(Math.log2(largest / limit))) + 1);
  }));
});
