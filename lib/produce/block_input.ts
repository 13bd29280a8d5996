/**
 * The usual part of an input, taken in blocks: records that are sent at once, as they stand, with keys from their
 * outermost level. Everything else is taken record by record.
 */
import { BlockEncoder, nthIn } from "../broker/record_batch/block_encoder.ts";
import { RECORD_OVERHEAD_BYTES_MAX } from "../broker/record_batch/encode.ts";
import { RECORDS_AT } from "../broker/record_batch/layout.ts";
import type { BlockOfRecords } from "../broker/writing/batch_writer.ts";
import type { Partitioner } from "../broker/writing/partitioner.ts";
import { CALL_FIELDS } from "../records/call.ts";
import { type BlockSource, BlockSplitter } from "../records/splitting/block_splitter.ts";
import type { InputPosition } from "../records/splitting/input_item.ts";
import type { RecordBlock } from "../records/splitting/record_block.ts";
import type { ProduceOptions } from "./produce_options.ts";

/** More partitions are rarely full enough for blocks to pay. */
const PARTITIONS_MAX = 65_536;

/** What the records of a run have to fit. */
export interface BlockTarget {
  readonly partitionCount: number;
  readonly partitioner: Partitioner;
  /** The most bytes of a batch; undefined if there is no known limit. */
  readonly batchBytesMax: number | undefined;
  /** How many records may follow. */
  readonly recordsMax: () => number;
}

/** See the module's description. */
export class BlockInput {
  readonly #splitter: BlockSplitter;
  readonly #encoder: BlockEncoder;
  readonly #partitioner: Partitioner;

  private constructor({ record }: ProduceOptions, target: BlockTarget) {
    const { partitioner, partitionCount, batchBytesMax = Infinity, recordsMax } = target;
    this.#splitter = new BlockSplitter({
      keyField: record.keyField,
      fields: record.schema === "calls" ? CALL_FIELDS : undefined,
      recordBytesMax: batchBytesMax - RECORDS_AT - RECORD_OVERHEAD_BYTES_MAX,
      recordsMax,
    });
    this.#encoder = new BlockEncoder(this.#splitter, partitionCount);
    this.#partitioner = partitioner;
  }

  /** Undefined where each record has to be looked at. */
  static of(options: ProduceOptions, target: BlockTarget): BlockInput | undefined {
    const { pace, timestamp, sortBy, encode, encodeKey, headers, placement } = options;
    const { keyField, keyTemplate } = options.record;
    const isUsual = pace.kind === "unlimited" && timestamp === "now" && sortBy === undefined &&
      encode === undefined && encodeKey === undefined && headers === undefined && keyTemplate === undefined &&
      (placement === undefined || placement.kind === "murmur2") &&
      // A dot may lead to a field of a field.
      !keyField?.includes(".") && target.partitionCount <= PARTITIONS_MAX;
    return isUsual ? new BlockInput(options, target) : undefined;
  }

  /** Where the blocks come from. */
  get source(): BlockSource<RecordBlock> {
    return this.#splitter;
  }

  /** A block as it is sent. Its memory is that of the next block, too. */
  blockOf(block: RecordBlock, timestampMs: number): BlockOfRecords<InputPosition> {
    const { parts, keyless } = this.#encoder.place(block, this.#partitioner.turn);
    this.#partitioner.advance(keyless);
    const placed = block.copy();
    return {
      parts,
      timestampMs,
      markOf: (partition, nth) => placed.position(nthIn(placed.table, { partition, nth })),
      lastMark: placed.position(placed.count - 1),
    };
  }
}
