/** Where a query is in each partition. */
import type { PartitionView } from "../../../monitoring/view/query_view.ts";
import { Nothing, Panel, ScrollingTable } from "../parts/panel.tsx";
import { formatSpan } from "../../../base/text/duration.ts";
import { formatNumber, NONE } from "../text/format.ts";

/** See the module's description. */
export function Partitions({ partitions }: { readonly partitions: readonly PartitionView[] }) {
  return (
    <Panel title="Partitions" note="Offsets of the last batch">
      {partitions.length === 0
        ? <Nothing>No batch has read any partition yet.</Nothing>
        : (
          <ScrollingTable name="Partitions">
            <thead>
              <tr>
                <th scope="col">Topic</th>
                <th scope="col" class="number">Partition</th>
                <th scope="col" class="number">Start</th>
                <th scope="col" class="number">End</th>
                <th scope="col" class="number">Latest</th>
                <th scope="col" class="number">Lag</th>
                <th scope="col" class="number">Lag in time</th>
              </tr>
            </thead>
            <tbody>
              {partitions.map(({ topic, partition, start, end, latest, lag, lagMs }) => (
                <tr key={`${topic}/${partition}`}>
                  <td>{topic}</td>
                  <td class="number">{partition}</td>
                  <td class="number">{start === null ? NONE : formatNumber(start)}</td>
                  <td class="number">{formatNumber(end)}</td>
                  <td class="number">{formatNumber(latest)}</td>
                  <td class="number">{formatNumber(lag)}</td>
                  <td class="number">{lagMs === null ? NONE : formatSpan(lagMs)}</td>
                </tr>
              ))}
            </tbody>
          </ScrollingTable>
        )}
    </Panel>
  );
}
