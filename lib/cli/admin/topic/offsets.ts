/** `sfcrime topic offsets`. */
import type { Command } from "commander";
import { plural } from "../../../base/text/format.ts";
import { topicRanges } from "../../../broker/topics/topic_ranges.ts";
import { pointInTime } from "../../../config/values/read_places.ts";
import { positionsAt } from "../../../consume/reading/positions.ts";
import { interruptible } from "../../context.ts";
import { addJsonFlag, addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { jsonLines, printText } from "../output.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

interface Flags {
  readonly at?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addOffsets(topic: Command, io: Io): void {
  const offsets = topicCommand(
    topic,
    "offsets",
    "Print the earliest and latest offset of each partition, and that of a time.",
  );
  addRunFlag(
    offsets,
    "--at <time>",
    "Also the first record at or after this time, such as 2018-12-31 or -1h",
  );
  addJsonFlag(offsets, "Print one JSON object per partition");
  const timeOf = ({ at }: Flags) => readFlag("--at", at, pointInTime);
  onTopic(offsets, io, {
    check: () => void timeOf(offsets.opts<Flags>()),
    body: async (name, broker) => {
      const flags = offsets.opts<Flags>();
      const point = timeOf(flags);
      const ranges = await topicRanges(broker, name);
      const ends = new Map(ranges.map(({ partition, to }) => [partition, to]));
      // Where a partition has no such record, its next one will be.
      const atTime = point && await interruptible(
        io,
        (signal) => positionsAt(point, { broker, topic: name, ends, clock: io.host, signal }),
      );
      const rows = ranges.map(({ topic, partition, from, to }) => ({
        topic,
        partition,
        earliest: from,
        latest: to,
        ...atTime === undefined ? {} : { at: atTime.get(partition) ?? to },
      }));
      const text = flags.json === true ? jsonLines(rows) : rows.map((row) => {
        const at = row.at === undefined
          ? ""
          : row.at === row.latest
          ? ", none at that time or later"
          : `, offset ${row.at} at that time`;
        const range = `${row.earliest} to ${row.latest}`;
        return `${name}-${row.partition}: ${range} (${plural(row.latest - row.earliest, "offset")})${at}\n`;
      }).join("");
      await printText(io, text);
    },
  });
}
