/**
 * Every bound of the program in one place: no queue, buffer, retry or loop is unbounded. Each says what it
 * protects; a value that users may change is a setting instead.
 */

/** The largest record that a broker with default settings accepts (`message.max.bytes`). */
export const RECORD_BYTES_MAX = 1_000_000;

/** The longest record, including its white space, before it counts as broken. */
export const SPREAD_RECORD_BYTES_MAX = 4 * RECORD_BYTES_MAX;

/** Bytes of a broken record that are kept: the record may be as long as its input. */
export const BROKEN_BYTES_KEPT_MAX = SPREAD_RECORD_BYTES_MAX;

/** Bytes of dead letters that a run of `produce` writes: an input with more is probably the wrong one. */
export const DEAD_LETTER_BYTES_MAX = 104_857_600;

/** White space before the first record of an input, which is buffered until the format is known. */
export const LEADING_SPACE_BYTES_MAX = 16_777_216;

/**
 * Records whose member names are remembered, to find where reading continues after a record without a clear
 * end.
 */
export const SHAPE_RECORDS_MAX = 1_000;

/** Records, and bytes of their keys and values, that are found in an input and encoded together. */
export const BLOCK_RECORDS_MAX = 8_192;
export const BLOCK_BYTES_MAX = 262_144;

/** Bytes of records in one append; below Kafka's default request limit of 1 MiB, with room for headers. */
export const APPEND_BYTES_MAX = 900_000;

/** Bytes of records in one append to all partitions; those of the next append are in memory, too. */
export const APPEND_TOTAL_BYTES_MAX = 16_777_216;

/** Bytes of memory that a writer keeps for further records, where it writes to many partitions. */
export const SPARE_BYTES_MAX = 2 * APPEND_TOTAL_BYTES_MAX;

/** Rows of a batch that are placed together, so that many tiny ones are still sent in bounded steps. */
export const APPEND_RECORDS_MAX = 10_000;

/**
 * Bytes of batches that travel in one request, unless a single one is larger: what Java's producer keeps to by
 * default (`max.request.size`), so that any broker takes it. More at once was no faster.
 */
export const PRODUCE_BYTES_MAX = 1_048_576;

/**
 * Bytes of one partition in a single fetch: with less, client and broker spend more time waiting for each
 * other.
 */
export const FETCH_BYTES_MAX = 4_194_304;

/**
 * Bytes of records in the answer to a wait for records, plus one batch: more than a batch of the coordinator's thread
 * (`LOCAL_OFFSETS_MAX`) usually has.
 */
export const PREFETCHED_BYTES_MAX = 262_144;

/**
 * Bytes of batches that the embedded broker reads at once, plus one batch; more was no faster, and used more
 * memory.
 */
export const READ_BYTES_MAX = 1_048_576;

/**
 * Bytes of one response of Kafka, as librdkafka's default for `receive.message.max.bytes`. A server that
 * announces a larger one does not speak Kafka.
 */
export const ANSWER_BYTES_MAX = 100_000_000;

/** Offsets in one task of a micro-batch, the unit of work of a worker. */
export const TASK_OFFSETS_MAX = 65_536;

/** Tasks queued at a worker while it runs another, so that it never idles between two. */
export const TASKS_AHEAD_MAX = 2;

/**
 * Estimated bytes of groups that a worker collects before it sends them to the coordinator, plus those of one
 * record. Twice as many took a tenth more memory, and no less time.
 */
export const GATHERED_BYTES_MAX = 16_777_216;

/**
 * The same while most rows have groups of their own: gathering more would not make them fewer, and groups that fit in
 * the cache of a core are found faster.
 */
export const SCATTERED_BYTES_MAX = 1_048_576;

/**
 * Rows in one chunk of output that a worker sends to the coordinator, or records in one chunk of late
 * records.
 */
export const CHUNK_ROWS_MAX = 4_096;

/** Estimated bytes of rows in one chunk of output, plus those of one row. */
export const CHUNK_BYTES_MAX = 8_388_608;

/** Estimated bytes of dropped groups that a batch tells apart, to count each of them once. */
export const DROPPED_GROUP_BYTES_MAX = 67_108_864;

/** Rows that joins and windows may make of one record, if each of them is a row of the result. */
export const RECORD_ROWS_MAX = 1_000_000;

/** Estimated bytes of the groups or rows that joins and windows may make of one record. */
export const RECORD_BYTES_MADE_MAX = 268_435_456;

/** Characters of late records in one chunk, plus one record. */
export const LATE_CHARACTERS_MAX = 1_000_000;

/** Chunks of output or of late records that a worker has sent and the coordinator has not yet consumed. */
export const CHUNKS_IN_FLIGHT_MAX = 16;

/** Attempts at a task whose worker died, before the query fails. */
export const TASK_ATTEMPTS_MAX = 3;

/** How long to try to reach a broker at first before it counts as unreachable. */
export const CONNECT_MS_MAX = 4_000;

/** How long to retry a call on a broker that has responded before, unless a setting says otherwise. */
export const RETRY_MS_MAX = 60_000;

/** How long Kafka may leave a call without an answer before that is reported; and how often, while it lasts. */
export const OUTAGE_REPORTED_MS = 5_000;
export const OUTAGE_AGAIN_MS = 60_000;

/** How late the answer to a fetch that waits for records may be before the broker is asked otherwise. */
export const POLL_LATE_MS_MAX = 1_000;

/**
 * How long Kafka has to report that a topic is gone, or was recreated, before that is believed: a broker that
 * has just restarted may not know all topics yet.
 */
export const TOPICS_STALE_MS_MAX = 500;

/**
 * How long a Kafka partition has to end at a lower offset than before until that is believed: a broker that
 * was frozen takes itself for the leader for a moment. A new leader that does not know its end offset yet
 * says so; that is another case.
 */
export const ENDS_STALE_MS_MAX = 5_000;

/** Topics that are looked up in parallel before a batch: each takes a few requests, one after the other. */
export const LOOKS_AT_ONCE_MAX = 16;

/** How long a response of Kafka may be in doubt before a message says so. */
export const DOUBT_REPORTED_MS = 2_000;
/** How long a rebalance of a consumer group waits for its members. */
export const REBALANCE_MS_MAX = 60_000;

/** How long SQLite waits for a write of another process. */
export const BUSY_MS_MAX = 10_000;

/** The least time between two batches with a rate limit. */
export const RATE_MS_MIN = 1_000;

/**
 * The offsets of a batch that is small enough for the thread of the coordinator, after so many small batches, none of
 * which took longer.
 */
export const LOCAL_OFFSETS_MAX = 256;
export const LOCAL_AFTER_BATCHES = 3;
export const LOCAL_MS_MAX = 50;

/** The offsets of a batch that the coordinator's thread shares with the worker threads, before the last of those is started. */
export const SHARED_OFFSETS_MAX = 4 * TASK_OFFSETS_MAX;

/** How long that thread may go on with its records while signals and the results of other threads are waiting. */
export const TURN_EVERY_MS = 10;

/** How long to wait for new data before the broker is asked again. */
export const IDLE_WAIT_MS_MAX = 5_000;

/**
 * How long a run that waits for records may do without a look at its topics, and how long ago the end offsets of a
 * batch may have been reported instead: after a longer batch, there are likely many more records.
 */
export const LOOK_AGAIN_MS = 1_000;
export const REPORT_MS_MAX = 50;

/**
 * How long after a look the topics are checked beside the batches, so that none of them has to wait for the next look.
 */
export const CHECK_AGAIN_MS = 500;

/** Ports that the dashboard tries after the first one, as in Spark. */
export const UI_PORTS_TRIED_MAX = 16;

/** Connections to the dashboard, and of these, how many get events. */
export const HTTP_CONNECTIONS_MAX = 256;
export const EVENT_CLIENTS_MAX = 128;

/** Bytes of the head of a request, and characters of the address in it. */
export const HTTP_HEAD_BYTES_MAX = 16_384;
export const HTTP_URL_LENGTH_MAX = 8_192;

/** How long the head of a request may take, a whole one, and the wait for the next one on a connection. */
export const HTTP_HEAD_MS_MAX = 5_000;
export const HTTP_REQUEST_MS_MAX = 10_000;
export const HTTP_IDLE_MS_MAX = 5_000;

/** How long a client may take to receive an answer, and what is left of it when the dashboard closes. */
export const ANSWER_MS_MAX = 60_000;
export const HTTP_CLOSE_MS_MAX = 500;

/** Requests to the dashboard in a second: 20 pages that load everything at once need fewer. */
export const HTTP_REQUESTS_PER_SECOND_MAX = 1_000;

/** The latest batches, of all queries, after which a page that was cut off can go on. */
export const EVENTS_KEPT_MAX = 4_096;

/** Bytes of events that a page may leave waiting before it is cut off, plus those of one bundle. */
export const EVENT_CLIENT_BYTES_MAX = 1_048_576;

/** How long batches, and changes of status alone, wait for others to be sent with; and how often a sign of life is. */
export const EVENT_BUNDLE_MS = 250;
export const EVENT_STATUS_MS = 1_000;
export const EVENT_HEARTBEAT_MS = 15_000;

/** How long a page waits for such a sign before it takes the connection for dead. */
export const EVENT_SILENCE_MS = 3 * EVENT_HEARTBEAT_MS;

/** How long a browser waits before it connects again. */
export const EVENT_RETRY_MS = 1_000;

/** Partitions that have metrics of their own: each of them is kept by Prometheus as several series. */
export const METRIC_PARTITIONS_MAX = 1_000;

/** Attempts at removing a temporary directory, while threads that are ending still create files in it. */
export const REMOVE_TRIES_MAX = 50;

/** How long queries wait for records before a message says so, and between two such messages, as in Spark. */
export const IDLE_REPORTED_MS = 10_000;

/** The latest batches of a query whose progress is kept, as in Spark. */
export const RECENT_PROGRESS_MAX = 100;

/** Rows in one file of a sink. */
export const PART_ROWS_MAX = 1_000_000;

/** Bytes in one file name: the limit of most file systems. */
export const FILE_NAME_BYTES_MAX = 255;

/** Files of a sink that are open at the same time, if rows are partitioned into directories. */
export const OPEN_PARTS_MAX = 128;

/**
 * Characters of the offsets of a batch that a sink stores: Kafka accepts 4,096 bytes of metadata with an
 * offset (`offset.metadata.max.bytes`).
 */
export const OFFSETS_TEXT_LENGTH_MAX = 3_000;

/** Estimated bytes of rows that are buffered for all of these files together, plus those of one write. */
export const OPEN_PARTS_BYTES_MAX = 67_108_864;

/** Committed batches whose offsets a checkpoint retains, as in Spark by default. */
export const CHECKPOINT_BATCHES_KEPT = 100;

/** Distinct strings that a decoder interns, per column. */
export const INTERNED_STRINGS_MAX = 65_536;

/** Groups that an aggregation finds by their only key, without encoding it. */
export const GROUPS_BY_TEXT_MAX = 4_096;

/** Cached time zones: records may name any region and any offset. */
export const TIME_ZONES_MAX = 256;

/** Weeks whose offset a time zone caches: twenty years. */
export const ZONE_WEEKS_MAX = 1_024;

/** Cached compiled regular expressions, for patterns that are not constants. */
export const PATTERNS_MAX = 1_000;

/** Characters of a pattern whose compiled form is cached; a longer one is compiled each time. */
export const PATTERN_LENGTH_MAX = 1_000;

/**
 * Records at the start of a source in which each worker looks at all keys, to report columns that none of
 * them has.
 */
export const SAMPLED_RECORDS_MAX = 1_000;

/** Keys of those records that are remembered, in addition to the columns that are read. */
export const SAMPLED_KEYS_MAX = 100;

/** UTF-16 units of a string that an expression makes: sixteen times the size of a record. */
export const TEXT_LENGTH_MAX = 16_000_000;

/** Elements of an ARRAY that a function makes. */
export const ELEMENTS_MAX = 1_000_000;

/** Lines of a configuration file that cannot be read; the rest of a file with more is not looked at. */
export const UNREADABLE_LINES_MAX = 20;

/** Parentheses, brackets, CASEs and signs that may be inside each other in a statement. */
export const NESTING_MAX = 200;

/** Grouping sets of a GROUP BY: each row becomes as many. Spark's CUBE of twelve columns has as many. */
export const GROUPING_SETS_MAX = 4_096;

/** Operands of a sum, a conjunction and the like that are compared in any order; longer ones only in their own. */
export const COMMUTED_OPERANDS_MAX = 1_000;

/** Parts of a statement that may be inside each other, written or by subqueries. */
export const EXPRESSION_DEPTH_MAX = 500;

/** Parts that one expression may have; subqueries put a column's expression wherever the column is used. */
export const EXPRESSION_PARTS_MAX = 1_000_000;

/** Bytes of records, estimated, that are sorted in memory; what is larger is sorted in files. */
export const SORT_RUN_BYTES_MAX = 67_108_864;

/** Sorted files that are merged at a time: each is open, and has a buffer. */
export const SORT_RUNS_MAX = 64;

/** Bytes that are written to or read from such a file at once, or one record. */
export const SORT_BUFFER_BYTES = 262_144;

/** Bytes of the pieces of memory that records being sorted share. */
export const SORT_SHARED_BYTES = 1_048_576;

/** Batches that the history of a query has in full. */
export const HISTORY_BATCHES_MAX = 1_000;

/** Batches that its checkpoint may have beyond that, before they are thinned. */
export const HISTORY_THINNED_BATCHES = 100;

/** Minutes and hours that it has of earlier batches: those of a day, and of 60 days. */
export const HISTORY_MINUTES_MAX = 1_440;
export const HISTORY_HOURS_MAX = 1_440;

/** Rows that were emitted last, for whoever asks for current rows, and their estimated bytes. */
export const RECENT_ROWS_MAX = 1_000;
export const RECENT_BYTES_MAX = 4_194_304;

/** Rows of one answer about current rows, and their estimated bytes. */
export const READ_ROWS_MAX = 10_000;
export const READ_ROWS_BYTES_MAX = 16_777_216;

/** The length of an answer in JSON that is kept for others who ask the same: no more than pages ask for. */
export const ROWS_TEXT_SHARED_MAX = 1_048_576;

/** How long such a read may hold up what else the thread has to do, such as the next batch; and wait for its turn. */
export const READ_SLICE_MS_MAX = 20;
export const READ_WAIT_MS_MAX = 10_000;
/** How long a page waits for an answer, before it asks again: longer than the server takes to give one. */
export const ANSWER_WAIT_MS_MAX = 2 * READ_WAIT_MS_MAX;

/** Different reads of a query that wait at the same time. */
export const READS_WAITING_MAX = 64;

/** The time between two looks at the oldest records that wait, to know the lag in time. */
export const LAG_LOOK_MS_MIN = 2_000;

/** Late records, and malformed ones, of a batch that are shown; and characters of each. */
export const RECORD_SAMPLES_MAX = 5;
export const SAMPLE_LENGTH_MAX = 200;

/** Late records, and malformed ones, of a query that are shown. */
export const SAMPLES_SHOWN_MAX = 20;

/** How long a schema registry that does not answer is asked by a command that starts, and the pauses between. */
export const REGISTRY_PATIENCE_MS = 4_000;
export const REGISTRY_RETRY_MS_MIN = 100;
export const REGISTRY_RETRY_MS_MAX = 2_000;

/** How long it is asked by a query that runs, and how long it has to be away before that is reported. */
export const REGISTRY_OUTAGE_MS_MAX = 300_000;
export const REGISTRY_OUTAGE_REPORTED_MS = 2_000;

/** How long a token endpoint may take to answer, and the bytes of its answer. */
export const TOKEN_MS_MAX = 4_000;
export const TOKEN_ANSWER_BYTES_MAX = 1_048_576;

/** Bytes of an answer of a schema registry, and schemas that one refers to. */
export const REGISTRY_ANSWER_BYTES_MAX = 16_777_216;
export const REGISTRY_REFERENCES_MAX = 1_000;

/**
 * How long the API of a data set that does not answer is asked by a run that starts, and by one that has had an answer;
 * and the pauses between, unless it asks for a longer one.
 */
export const DATA_SET_PATIENCE_MS = 4_000;
export const DATA_SET_OUTAGE_MS_MAX = 3_600_000;
export const DATA_SET_RETRY_MS_MIN = 200;
export const DATA_SET_RETRY_MS_MAX = 60_000;

/** How long it has to be away before that is reported, and how long it may take to answer. */
export const DATA_SET_OUTAGE_REPORTED_MS = 1_000;
export const DATA_SET_ANSWER_MS_MAX = 120_000;

/** Bytes of an answer, and rows that are asked for at once, which is the most that older versions of the API give. */
export const DATA_SET_ANSWER_BYTES_MAX = 268_435_456;
export const DATA_SET_PAGE_ROWS_MAX = 50_000;

/** How long a data set of the latest rows has them, at least; after a longer pause, the history is read first. */
export const DATA_SET_WINDOW_MS = 86_400_000;

/** Schemas of writers that a thread keeps. */
export const WRITER_SCHEMAS_MAX = 10_000;

/** Records of a topic that are looked at to find its columns, unless another number is asked for. */
export const SAMPLED_RECORDS = 1_000;

/** The largest number that may be asked for. */
export const SAMPLED_RECORDS_ASKED_MAX = 1_000_000;

/** Lines of a stack trace, where there are any: as many as show how a call came about, through all that waits for it. */
export const STACK_LINES_MAX = 50;
