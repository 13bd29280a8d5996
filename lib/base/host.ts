/**
 * What a run takes from its machine besides files, as a parameter: time, random ids and connections. Whoever starts a
 * thread makes {@link systemHost} its host: the command line, and the entry point of the workers.
 */
import { type Clock, systemClock } from "./clock.ts";

/** A machine of which only the clock and the ids are used. */
export interface LocalHost extends Clock {
  /** A random id, which nothing else has. */
  newId(): string;
}

/** The machine as a run sees it. */
export interface Host extends LocalHost {
  /** Connects to a server; an abort of the signal gives up. */
  connect(options: Deno.ConnectOptions): Promise<Deno.TcpConn>;
}

/** What a process has used so far. */
export interface ProcessUsage {
  /** CPU time, with all threads. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
}

/** This machine. */
export const systemHost: Host = {
  ...systemClock,
  newId: () => crypto.randomUUID(),
  connect: (options) => Deno.connect(options),
};
