/**
 * The requests that this program sends, and in which versions; where there are several, a server has to accept one
 * of them. A test holds this to what is sent.
 */

/** A request, and the versions of it that can be sent. */
export interface SpokenRequest {
  readonly name: string;
  readonly key: number;
  readonly min: number;
  readonly max: number;
}

function request(name: string, key: number, min: number, max = min): SpokenRequest {
  return { name, key, min, max };
}

/** Those without which nothing works. */
const ALWAYS = [
  request("ApiVersions", 18, 0, 3),
  request("Metadata", 3, 10),
  // kafkajs asks as well, for partitions and their leaders.
  request("Metadata", 3, 0, 6),
  request("ListOffsets", 2, 0, 3),
  request("Fetch", 1, 11, 13),
  request("Produce", 0, 7),
];

/** See the module's description. */
export const SPOKEN: readonly SpokenRequest[] = [
  ...ALWAYS,
  ...[
    request("InitProducerId", 22, 1),
    request("AddPartitionsToTxn", 24, 1),
    request("AddOffsetsToTxn", 25, 1),
    request("EndTxn", 26, 1),
    request("TxnOffsetCommit", 28, 1),
  ],
  ...[
    request("FindCoordinator", 10, 1),
    request("JoinGroup", 11, 5),
    request("SyncGroup", 14, 3),
    request("Heartbeat", 12, 3),
    request("LeaveGroup", 13, 3),
    request("OffsetCommit", 8, 5),
    request("OffsetFetch", 9, 4, 5),
  ],
  ...[
    request("CreateTopics", 19, 2),
    request("DeleteTopics", 20, 1),
    request("DescribeConfigs", 32, 0, 2),
    request("IncrementalAlterConfigs", 44, 0),
    request("CreatePartitions", 37, 1),
    request("DescribeLogDirs", 35, 1, 4),
  ],
  ...[
    request("ListGroups", 16, 4, 5),
    request("DescribeGroups", 15, 4),
    request("DeleteGroups", 42, 1),
  ],
];
