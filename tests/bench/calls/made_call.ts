/** A call that was made, for those who count what the answers have to be. */
export interface MadeCall {
  readonly id: string;
  /** The time of the call, since 1970. */
  readonly timeMs: number;
  readonly type: string;
  readonly disposition: string;
  readonly address: string;
}

/** A chunk of calls is as large as what the embedded broker appends at a time. */
export const CHUNK_BYTES = 800_000;
