/** The latest batches, with how long each phase took. */
import { type BatchPoint, PHASES } from "../../../monitoring/history/batch_point.ts";
import { Nothing, Panel, ScrollingTable } from "../parts/panel.tsx";
import { formatSpan } from "../../../base/text/duration.ts";
import { formatNumber, formatTime, formatValue } from "../text/format.ts";
import { PHASE_COLORS } from "./measures.ts";

const SHOWN_MAX = 20;

/** See the module's description. */
export function LastBatches({ batches }: { readonly batches: readonly BatchPoint[] }) {
  const shown = batches.slice(-SHOWN_MAX).toReversed();
  const longestMs = Math.max(1, ...shown.map(({ durationMs }) => durationMs));
  return (
    <Panel title="Last batches" isWide>
      {shown.length === 0
        ? <Nothing>No batch has been committed yet.</Nothing>
        : (
          <ScrollingTable name="Last batches">
            <thead>
              <tr>
                <th scope="col" class="number">Batch</th>
                <th scope="col">Committed</th>
                <th scope="col" class="number">Input rows</th>
                <th scope="col" class="number">Process rate</th>
                <th scope="col" class="number">Output rows</th>
                <th scope="col" class="number">Duration</th>
                {PHASES.map((phase) => <th scope="col" class="number" key={phase}>{phase}</th>)}
                <th scope="col" class="bar-cell">
                  <span class="unseen">Phases, as a bar</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((batch) => (
                <tr key={`${batch.batchId}/${batch.atMs}`}>
                  <td class="number">{batch.batchId}</td>
                  <td>{formatTime(batch.atMs)}</td>
                  <td class="number">{formatNumber(batch.inputRows)}</td>
                  <td class="number">{formatValue(batch.processedRowsPerSecond, "rows/s")}</td>
                  <td class="number">{formatNumber(batch.outputRows)}</td>
                  <td class="number">{formatSpan(batch.durationMs)}</td>
                  {PHASES.map((phase) => <td class="number" key={phase}>{formatSpan(batch.phases[phase])}
                  </td>)}
                  <td class="bar-cell">
                    <PhaseBar batch={batch} longestMs={longestMs} />
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollingTable>
        )}
    </Panel>
  );
}

function PhaseBar({ batch, longestMs }: { readonly batch: BatchPoint; readonly longestMs: number }) {
  let x = 0;
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" />
      {PHASES.map((phase) => {
        const width = batch.phases[phase] / longestMs * 100;
        const rect = (
          <rect key={phase} x={x} width={width} height="8" style={{ fill: `var(${PHASE_COLORS[phase]})` }} />
        );
        x += width;
        return rect;
      })}
    </svg>
  );
}
