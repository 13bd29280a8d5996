/** How far a query has read: up to which offsets of which topics, after each committed batch. */
import type {
  BatchToLog,
  CheckpointEpochs,
  CheckpointOffsets,
  Standing,
} from "../../checkpoint/checkpoint_file.ts";

type TopicIds = BatchToLog["topicIds"];

/** See the module's description. */
export class QueryPositions {
  #topicIds: TopicIds;
  #offsets: CheckpointOffsets | undefined;
  #epochs: CheckpointEpochs;
  /** The same at the end of the current batch. */
  #reading: { readonly to: CheckpointOffsets; readonly epochs: CheckpointEpochs } | undefined;

  constructor(topicIds: TopicIds = {}, standing?: Standing) {
    this.#topicIds = topicIds;
    this.#offsets = standing?.offsets;
    this.#epochs = standing?.epochs ?? {};
  }

  /** The ids of the topics when the last batch was logged. */
  get topicIds(): TopicIds {
    return this.#topicIds;
  }

  /** The end offsets of the committed batches; undefined if there are none. */
  get offsets(): CheckpointOffsets | undefined {
    return this.#offsets;
  }

  /** The epochs of the last records before these offsets, if the broker has epochs. */
  get epochs(): CheckpointEpochs {
    return this.#epochs;
  }

  /** Begins a batch. */
  begin({ to, topicIds, epochs = {} }: Pick<BatchToLog, "to" | "topicIds" | "epochs">): void {
    this.#reading = { to, epochs };
    this.#topicIds = topicIds;
  }

  /** The batch is committed. */
  commit(): void {
    this.#offsets = this.#reading?.to;
    this.#epochs = this.#reading?.epochs ?? {};
  }
}
