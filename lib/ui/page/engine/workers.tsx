/** What each worker thread does. */
import type { WorkerView } from "../../../monitoring/view/query_view.ts";
import { Meter } from "../parts/meter.tsx";
import { Nothing, Panel, ScrollingTable } from "../parts/panel.tsx";
import { formatShare, formatValue } from "../text/format.ts";

/** See the module's description. */
export function Workers({ workers }: { readonly workers: readonly WorkerView[] }) {
  return (
    <Panel title="Workers" note="Shared by all queries">
      {workers.length === 0 ? <Nothing>No worker is running.</Nothing> : (
        <ScrollingTable name="Workers">
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col" class="number">Records</th>
              <th scope="col" class="number">Busy</th>
              <th scope="col" class="bar-cell">
                <span class="unseen">Share of time busy</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {workers.map(({ id, recordsPerSecond, busyShare }) => (
              <tr key={id}>
                <td>{id}</td>
                <td class="number">{formatValue(recordsPerSecond, "rows/s")}</td>
                <td class="number">{formatShare(busyShare)}</td>
                <td class="bar-cell">
                  <Meter share={busyShare} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollingTable>
      )}
    </Panel>
  );
}
