/** The checkpoints: whether they are whole, who holds them, and whether the broker still has what they go on with. */
import { topicOffsets } from "../../../analyze/source/topic_offsets.ts";
import { plural } from "../../../base/text/format.ts";
import { rangeText } from "../../../base/text/positions.ts";
import { partitionLags, totalLag } from "../../../broker/admin/lag.ts";
import type { Broker } from "../../../broker/broker.ts";
import type { Standing } from "../../../checkpoint/checkpoint_file.ts";
import { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";
import { writerText } from "../../../checkpoint/writer_lock.ts";
import type { Context } from "../../context.ts";
import { checkpointsOf } from "../state/named_checkpoint.ts";
import { type AreaFinding, failure, failureOf, good, warning } from "./finding.ts";

/** See the module's description; without a broker, only their files are looked at. */
export async function checkCheckpoints(
  context: Context,
  broker: Broker | undefined,
): Promise<readonly AreaFinding[]> {
  const found = await checkpointsOf(context);
  if (found.length === 0) return [good("No checkpoints")];
  const findings: AreaFinding[] = [];
  for (const { directory } of found) findings.push(...await checkOne(directory, broker));
  return findings;
}

async function checkOne(directory: string, broker: Broker | undefined): Promise<readonly AreaFinding[]> {
  let view: CheckpointView | undefined;
  try {
    view = CheckpointView.open(directory);
    const damage = view.damage();
    if (damage !== undefined) {
      return [failure(
        `Checkpoint ${directory} is damaged: ${damage}.`,
        "Restore a copy (sfcrime state export makes them), or delete it: the query then begins anew.",
      )];
    }
    const standing = view.standing();
    const lost = broker === undefined ? [] : await checkOffsets(broker, view, standing);
    return lost.length > 0 ? lost : [good(await standingText(view, standing, broker))];
  } catch (error) {
    return [failureOf(error)];
  } finally {
    view?.close();
  }
}

/** `by_type: held by process 17 on host-3 since …, batch 12, 17 offsets behind (.sfcrime/checkpoints/by_type)`. */
async function standingText(
  { directory, identity: { query } }: CheckpointView,
  { nextBatchId, offsets, pending }: Standing,
  broker: Broker | undefined,
): Promise<string> {
  const writer = writerText(directory);
  const behind = broker === undefined || offsets === undefined
    ? []
    : [`${plural(totalLag(await partitionLags(broker, topicOffsets(offsets))), "offset")} behind`];
  const batch = nextBatchId === 0 ? "no batch yet" : `batch ${nextBatchId - 1}`;
  const unfinished = pending === undefined ? [] : [
    writer !== undefined
      ? `batch ${pending.batchId} in progress`
      : `batch ${pending.batchId} is run again at the next start`,
  ];
  const facts = [writer === undefined ? "not running" : `held by ${writer}`, batch, ...unfinished, ...behind];
  return `${query}: ${facts.join(", ")} (${directory})`;
}

/** What the next batch reads, and the broker no longer has. */
async function checkOffsets(
  broker: Broker,
  view: CheckpointView,
  { offsets }: Standing,
): Promise<readonly AreaFinding[]> {
  if (offsets === undefined) return [];
  const { query } = view.identity;
  const fresh =
    `Delete the checkpoint to begin anew (sfcrime state delete ${query}), or set fail_on_data_loss = false.`;
  const findings: AreaFinding[] = [];
  for (const [topic, id] of Object.entries(view.topicIds())) {
    const now = (await broker.describeTopic(topic))?.id;
    if (now === id) continue;
    const what = now === undefined ? "was deleted" : "was deleted and created again";
    findings.push(failure(`${query} has read topic ${topic}, which ${what}.`, fresh));
  }
  if (findings.length > 0) return findings;
  const lags = await partitionLags(broker, topicOffsets(offsets));
  return lags.flatMap(({ topic, partition, committed, earliest, end }) => {
    if (committed === undefined || earliest === undefined || end === undefined) return [];
    if (committed > end) {
      return [
        failure(`${query} has read ${topic}-${partition} to ${committed}, but it ends at ${end}.`, fresh),
      ];
    }
    if (committed >= earliest) return [];
    const lost = rangeText({ topic, partition, from: committed, to: earliest });
    return [warning(`Retention has deleted ${lost}, which ${query} has not read yet.`, fresh)];
  });
}
