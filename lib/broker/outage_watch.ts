/**
 * Notices that Kafka does not answer, and that it does again: the pure part, which is told what is waited for and
 * what time it is.
 *
 * A *wait* is something that Kafka is asked for, with all its tries. An outage begins to be told when a wait has
 * lasted for {@link OUTAGE_TOLD_MS}, and is over when something is answered and no wait has lasted for so long any
 * more. So it is told once, however many connections, partitions and requests it holds up. Where some servers of a
 * cluster answer and others do not, it lasts as long as anything waits for the others.
 */
import { OUTAGE_AGAIN_MS, OUTAGE_TOLD_MS } from "../base/bounds.ts";

/** What is told of an outage. */
export type OutageNews =
  | {
    readonly kind: "silent";
    /** The servers that owe an answer. */
    readonly servers: readonly string[];
    readonly silentMs: number;
    /** How long it is still tried. */
    readonly leftMs: number;
    /** What Kafka says where it does answer, but not what it was asked for. */
    readonly refusal?: string;
  }
  | { readonly kind: "back"; readonly afterMs: number };

/** What {@link OutageWatch.begin} is told of a wait. */
export interface WaitOptions {
  /** When it began, where that was before. */
  readonly sinceMs?: number;
  /** When it is given up. */
  readonly untilMs: number;
  /** The servers that owe it an answer. */
  readonly servers: () => readonly string[];
  /** Since when nothing has been heard, where that is less long than the wait: an answer may be on its way. */
  readonly quietSinceMs?: () => number;
}

/** Something that Kafka is asked for and has not answered. */
export interface Wait extends WaitOptions {
  readonly sinceMs: number;
  /** What Kafka has last answered instead. */
  refusal?: string;
}

/**
 * A look that comes so late was held up: this thread was busy, or its process was stopped. Answers may have come
 * meanwhile, which nobody has read.
 */
const LATE_LOOK_MS = 2_000;

/** What goes on where a wait has ended without an answer begins within this time. */
const CARRIED_MS_MAX = 1_000;

/** See the module's description. All times are of one clock that never goes back. */
export class OutageWatch {
  readonly #waits = new Set<Wait>();
  /** What was waited for before this moment does not count. */
  #countFromMs = -Infinity;
  #lookedMs = -Infinity;
  /** A wait that has ended without an answer, and may go on as another one. */
  #carried: { readonly sinceMs: number; readonly endedMs: number } | undefined;
  #outage: { readonly sinceMs: number; toldMs: number } | undefined;

  /** Whether anything is waited for. */
  get isWaiting(): boolean {
    return this.#waits.size > 0;
  }

  begin(options: WaitOptions, nowMs: number): Wait {
    const { sinceMs = nowMs, endedMs = -Infinity } = this.#carried ?? {};
    // Nobody has looked while nothing was waited for.
    if (this.#waits.size === 0) this.#lookedMs = nowMs;
    const wait: Wait = { sinceMs: nowMs - endedMs > CARRIED_MS_MAX ? nowMs : sinceMs, ...options };
    this.#waits.add(wait);
    return wait;
  }

  /** A wait is over, as Kafka has done what it was asked for. */
  answered(wait: Wait, nowMs: number): OutageNews | undefined {
    this.#waits.delete(wait);
    this.#carried = undefined;
    if (this.#outage === undefined || this.#overdue(nowMs).length > 0) return undefined;
    const { sinceMs } = this.#outage;
    this.#outage = undefined;
    return { kind: "back", afterMs: nowMs - sinceMs };
  }

  /** A wait is over, and it says nothing of Kafka: nobody wants an answer any more, or it was another than hoped for. */
  dropped(wait: Wait): void {
    this.#waits.delete(wait);
  }

  /** A wait is over that was given up: what goes on in its place counts from its beginning on. */
  unanswered(wait: Wait, nowMs: number): void {
    this.#waits.delete(wait);
    this.carry(wait.sinceMs, nowMs);
  }

  /** Something has gone unanswered that was no wait of its own; a wait that begins now counts from there on. */
  carry(sinceMs: number, nowMs: number): void {
    this.#carried = { sinceMs, endedMs: nowMs };
  }

  /** To be called about twice a second while anything is waited for; gives what is to be told. */
  look(nowMs: number): OutageNews | undefined {
    if (nowMs - this.#lookedMs > LATE_LOOK_MS) this.#countFromMs = nowMs;
    this.#lookedMs = nowMs;
    const overdue = this.#overdue(nowMs);
    if (overdue.length === 0) return undefined;
    if (this.#outage === undefined) {
      this.#outage = { sinceMs: Math.min(...overdue.map(({ sinceMs }) => sinceMs)), toldMs: nowMs };
    } else if (nowMs - this.#outage.toldMs < OUTAGE_AGAIN_MS) return undefined;
    this.#outage.toldMs = nowMs;
    const refusal = overdue.find((wait) => wait.refusal !== undefined)?.refusal;
    return {
      kind: "silent",
      servers: [...new Set(overdue.flatMap(({ servers }) => servers()))].sort(),
      silentMs: nowMs - this.#outage.sinceMs,
      leftMs: Math.max(0, Math.min(...overdue.map(({ untilMs }) => untilMs)) - nowMs),
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  #overdue(nowMs: number): Wait[] {
    return [...this.#waits].filter(({ sinceMs, quietSinceMs }) => {
      const fromMs = Math.max(sinceMs, this.#countFromMs);
      return nowMs - fromMs >= OUTAGE_TOLD_MS && nowMs - (quietSinceMs?.() ?? fromMs) >= OUTAGE_TOLD_MS;
    });
  }
}
