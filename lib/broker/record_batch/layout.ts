/**
 * The positions of the fields of Kafka's record batch, version 2. All numbers are big-endian. Source: the
 * message format in Kafka's protocol documentation.
 */

/** Offset of the first record of the batch, int64. */
export const BASE_OFFSET_AT = 0;
/** Bytes that follow this field, int32. */
export const BATCH_LENGTH_AT = 8;
export const LEADER_EPOCH_AT = 12;
/** The format version, int8. */
export const MAGIC_AT = 16;
/** CRC-32C of everything starting with the attributes, uint32. */
export const CRC_AT = 17;
/** Codec and flags, int16. */
export const ATTRIBUTES_AT = 21;
/** Offset of the last record minus that of the first, int32; even if that record was compacted. */
export const LAST_OFFSET_DELTA_AT = 23;
/** Timestamp of the first record in milliseconds, int64. */
export const BASE_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const RECORD_COUNT_AT = 57;
export const RECORDS_AT = 61;

/** Bytes before the part that the batch length counts. */
export const LENGTH_OVERHEAD = 12;

export const MAGIC = 2;

/** Attribute bits. */
export const CODEC_MASK = 0x07;
export const LOG_APPEND_TIME = 0x08;
export const TRANSACTIONAL = 0x10;
export const CONTROL = 0x20;

/** The value for no producer ID, epoch or sequence. */
export const NONE = -1;
