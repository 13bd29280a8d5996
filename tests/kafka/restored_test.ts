/** A checkpoint that was restored without the topic of a real Kafka that its query writes to. */
import { sharedKafka } from "../support/kafka.ts";
import { copiedCheckpointLaw, restoredCheckpointLaw, restoredCompleteLaw } from "../support/restored.ts";

const { servers } = await sharedKafka();

Deno.test("kafka: a checkpoint that was restored without its topic is refused, and can go on after it", () =>
  restoredCheckpointLaw("kafka", servers));

Deno.test("kafka: in complete mode, a checkpoint that was restored without its topic is refused", () =>
  restoredCompleteLaw("kafka", servers));

Deno.test("kafka: a copy of a checkpoint is refused, and the run that writes to its topic goes on", () =>
  copiedCheckpointLaw("kafka", servers));
