/**
 * Every bound of the program in one place: no queue, buffer, retry or loop is without one. Each says
 * what it protects; a figure that a user may change is a setting instead.
 */

/** A record larger than this is refused by a broker with default settings (`message.max.bytes`). */
export const RECORD_BYTES_MAX = 1_000_000;

/** A record with its white space may be this long before it counts as broken. */
export const SPREAD_RECORD_BYTES_MAX = 4 * RECORD_BYTES_MAX;

/** Bytes of a broken record that are kept: it may be as long as its input. */
export const BROKEN_BYTES_KEPT_MAX = SPREAD_RECORD_BYTES_MAX;

/** Bytes of dead letters that a run of `produce` keeps: an input with more of them is hardly the right one. */
export const DEAD_LETTER_BYTES_MAX = 104_857_600;

/** White space in front of the first record of a stream, which is held until it is known what the stream is. */
export const LEADING_SPACE_BYTES_MAX = 16_777_216;

/** Records whose members are remembered, to know where reading goes on behind one whose end is not known. */
export const SHAPE_RECORDS_MAX = 1_000;

/** Bytes of records put into one append; below Kafka's 1 MiB request default, with room for headers. */
export const APPEND_BYTES_MAX = 900_000;

/** Records put into one append, so that many tiny records still leave in bounded steps. */
export const APPEND_RECORDS_MAX = 10_000;

/**
 * Bytes of the batches for one node that are sent together, and one batch more: far below what a broker takes, and
 * little enough to come through a slow line in time.
 */
export const PRODUCE_BYTES_MAX = 8_388_608;

/** Bytes of one partition that a single fetch may bring: with less, both wait longer for each other. */
export const FETCH_BYTES_MAX = 4_194_304;

/**
 * Bytes of batches that the embedded broker reads at once, and one batch more; more was no faster, and took more
 * memory.
 */
export const READ_BYTES_MAX = 1_048_576;

/**
 * Bytes of one answer of Kafka, the same as librdkafka's default for `receive.message.max.bytes`. What says that it
 * is larger does not speak Kafka.
 */
export const ANSWER_BYTES_MAX = 100_000_000;

/** Offsets that one task of a micro-batch covers at most: the unit of work that a worker takes. */
export const TASK_OFFSETS_MAX = 65_536;

/** Tasks that wait at a worker while it works on one, so that it never idles between two. */
export const TASKS_AHEAD_MAX = 2;

/** Bytes of groups, estimated, that a worker gathers before it hands them over, and those of one record more. */
export const GATHERED_BYTES_MAX = 33_554_432;

/** Rows in one chunk of output that a worker sends to the coordinator, and records in one of late ones. */
export const CHUNK_ROWS_MAX = 4_096;

/** Bytes of rows, estimated, in one chunk of output, and those of one row more. */
export const CHUNK_BYTES_MAX = 8_388_608;

/** Bytes of dropped groups, estimated, that a batch tells apart to count each once; more are hardly worth a count. */
export const DROPPED_GROUP_BYTES_MAX = 67_108_864;

/** Rows that one record may become by joins and windows, where each of them is a row of the result. */
export const RECORD_ROWS_MAX = 1_000_000;

/** Bytes of groups or rows, estimated, that one record may make by joins and windows. */
export const RECORD_BYTES_MADE_MAX = 268_435_456;

/** Characters of late records in one chunk, and one record more. */
export const LATE_CHARACTERS_MAX = 1_000_000;

/** Chunks of output or of late records that a worker may have sent and the coordinator not yet taken. */
export const CHUNKS_IN_FLIGHT_MAX = 16;

/** How often a task is run again after its worker died, before the query fails. */
export const TASK_ATTEMPTS_MAX = 3;

/** How long the first contact with a broker may take before it counts as unreachable. */
export const CONNECT_MS_MAX = 4_000;

/** How long a call may be retried on a broker that has answered before. */
export const RETRY_MS_MAX = 60_000;

/**
 * How long Kafka may say that a topic is gone, or is another one, before that is believed: a server that has just
 * come back may not have heard of all topics.
 */
export const TOPICS_STALE_MS_MAX = 500;

/**
 * How long a partition of Kafka may end lower than before until that is believed: a server that was frozen takes
 * itself for the leader for a moment. A new leader that does not know the end says so, and is not meant here.
 */
export const ENDS_STALE_MS_MAX = 5_000;

/** Topics that are looked at together before a batch: each takes a few questions, one behind the other. */
export const LOOKS_AT_ONCE_MAX = 16;

/** How long an answer of Kafka may be in doubt before that is told. */
export const DOUBT_TOLD_MS = 2_000;
/** How long members of a consumer group are waited for when its partitions are divided anew. */
export const REBALANCE_MS_MAX = 60_000;

/** How long SQLite waits for another process's write to end. */
export const BUSY_MS_MAX = 10_000;

/** How long an idle wait for new data lasts before the broker is asked again. */
export const IDLE_WAIT_MS_MAX = 5_000;

/** How often a temporary directory is tried to be removed, while threads that end still make files in it. */
export const REMOVE_TRIES_MAX = 50;

/** How long queries may wait for records before it is told, as in Spark; and again after as long. */
export const IDLE_TOLD_MS = 10_000;

/** Rows in one file of a sink. */
export const PART_ROWS_MAX = 1_000_000;

/** Bytes that a file system takes for one name; most of them have this limit. */
export const FILE_NAME_BYTES_MAX = 255;

/** Files of a sink that are written at the same time, where rows are divided into directories. */
export const OPEN_PARTS_MAX = 128;

/**
 * Characters of the offsets of a batch, as a sink keeps them: Kafka takes 4,096 bytes with an offset
 * (`offset.metadata.max.bytes`).
 */
export const OFFSETS_TEXT_LENGTH_MAX = 3_000;

/** Bytes of rows, estimated, that wait in all of these files together, and those of one write more. */
export const OPEN_PARTS_BYTES_MAX = 67_108_864;

/** Committed batches whose offsets a checkpoint keeps, as many as Spark does by default. */
export const CHECKPOINT_BATCHES_KEPT = 100;

/** Members of JSON objects whose bytes an encoder keeps to write them again, per column. */
export const WRITTEN_MEMBERS_MAX = 8_192;

/** Distinct strings that a decoder keeps to give out again, per column. */
export const INTERNED_STRINGS_MAX = 65_536;

/** Time zones that are known at a time: records may name any region, and any offset. */
export const TIME_ZONES_MAX = 256;

/** Weeks whose offset a time zone remembers: twenty years. */
export const ZONE_WEEKS_MAX = 1_024;

/** Regular expressions that are kept compiled at a time, where a pattern is not a constant of the query. */
export const PATTERNS_MAX = 1_000;

/** Characters of a pattern that is kept compiled; a longer one is compiled each time. */
export const PATTERN_LENGTH_MAX = 1_000;

/** First records of a source of which each worker looks at all keys, to tell columns that none of them has. */
export const SAMPLED_RECORDS_MAX = 1_000;

/** Keys of those records that are remembered, besides those of columns that are read. */
export const SAMPLED_KEYS_MAX = 100;

/** UTF-16 units of a text that an expression makes: sixteen times what a record may hold. */
export const TEXT_LENGTH_MAX = 16_000_000;

/** Parentheses, brackets, CASEs and signs that may be inside each other in a statement. */
export const NESTING_MAX = 200;

/** Parts of a statement that may be inside each other, written or by subqueries. */
export const EXPRESSION_DEPTH_MAX = 500;

/** Parts that one expression may have; subqueries put a column's expression wherever the column is used. */
export const EXPRESSION_PARTS_MAX = 1_000_000;
