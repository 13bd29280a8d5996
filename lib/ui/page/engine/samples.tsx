/** Records that were late or malformed: where they are, why, and how they begin. */
import type { RecordSample } from "../../../monitoring/view/record_sample.ts";
import { Nothing, Panel, ScrollingTable } from "../parts/panel.tsx";
import { formatDayAndTime, formatNumber, NONE } from "../text/format.ts";

/** See the module's description. `total` is how many there have been in this run. */
export function Samples({ title, samples, total }: {
  readonly title: string;
  readonly samples: readonly RecordSample[];
  readonly total: number;
}) {
  return (
    <Panel title={title} note={`${formatNumber(total)} in this run`} isWide={samples.length > 0}>
      {samples.length === 0
        ? <Nothing>{total === 0 ? "None." : "No samples were kept."}</Nothing>
        : (
          <ScrollingTable name={title}>
            <thead>
              <tr>
                <th scope="col">Topic</th>
                <th scope="col" class="number">Partition</th>
                <th scope="col" class="number">Offset</th>
                <th scope="col">Timestamp</th>
                <th scope="col">Reason</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {samples.map(({ topic, partition, offset, timestampMs, reason, value }) => (
                <tr key={`${topic}/${partition}/${offset}`}>
                  <td>{topic}</td>
                  <td class="number">{partition}</td>
                  <td class="number">{formatNumber(offset)}</td>
                  <td>{timestampMs === null ? NONE : formatDayAndTime(timestampMs)}</td>
                  <td>{reason}</td>
                  <td class="value">{value === null ? NONE : <code>{value}</code>}</td>
                </tr>
              ))}
            </tbody>
          </ScrollingTable>
        )}
    </Panel>
  );
}
