/**
 * What a run takes from its machine besides files, as a parameter: time, random ids and connections. Whoever starts a
 * thread makes {@link systemHost} its host: the command line, and the entry point of the workers.
 */
import { type Clock, systemClock } from "./clock.ts";

/** Random ids. */
export interface Ids {
  /** An id that nothing else has. */
  newId(): string;
}

/** Connections to servers. */
export interface Network {
  /** Connects; an abort of the signal gives up. */
  connect(server: Server): Promise<Deno.TcpConn>;
}

/** A machine of which only the clock and the ids are used. */
export interface LocalHost extends Clock, Ids {}

/** The machine as a run sees it. */
export interface Host extends LocalHost, Network {}

/** The address of a server. */
export interface Server {
  readonly hostname: string;
  readonly port: number;
  readonly signal?: AbortSignal;
}

/** This machine. */
export const systemHost: Host = {
  ...systemClock,
  newId: () => crypto.randomUUID(),
  connect: (server) => Deno.connect(server),
};
