/** A histogram beside a timeline: its ranges stand at the height of their values. */
import { plural } from "../../../base/text/format.ts";
import { type Bin } from "./histogram.ts";
import { TIMELINE_MARGINS_PX } from "./timeline.tsx";

const WIDTH = 100;

/** See the module's description. */
export function HistogramBars(
  { bins, heightPx }: { readonly bins: readonly Bin[]; readonly heightPx: number },
) {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const { top, bottom } = TIMELINE_MARGINS_PX;
  const height = (heightPx - top - bottom) / bins.length;
  return (
    <div class="histogram" aria-hidden="true">
      <svg viewBox={`0 0 ${WIDTH} ${heightPx}`} height={heightPx} preserveAspectRatio="none">
        <line class="base" x1="0.5" x2="0.5" y1={top} y2={heightPx - bottom} />
        {bins.map(({ count }, index) => (
          <rect
            key={index}
            x="1"
            y={heightPx - bottom - (index + 1) * height + 0.5}
            width={count === 0 ? 0 : Math.max(1.5, count / most * (WIDTH - 2))}
            height={Math.max(1, height - 1)}
          />
        ))}
      </svg>
      <p>{plural(most, "batch", "batches")}</p>
    </div>
  );
}
