/**
 * The sessions whose queries may be running on a cluster without this program, each in a file of its own: those that were
 * left on purpose, and those of a program that was killed. A file is gone once its session is.
 */
import { join } from "node:path";
import * as z from "zod";
import { makeOwnDirectory } from "../../base/files/own_file.ts";
import { logger } from "../../base/log.ts";

const log = logger("spark");

const SESSION = z.object({
  /** The server, as messages have it. */
  server: z.string(),
  sessionId: z.string(),
  userId: z.string(),
  queries: z.array(z.object({
    name: z.string(),
    id: z.string(),
    runId: z.string(),
    /** Its sink, as in the settings. */
    sink: z.string(),
    sql: z.string(),
  })),
});

/** A session, with the queries that were started in it. */
export type RememberedSession = z.infer<typeof SESSION>;

/** A query of a session. */
export type RememberedQuery = RememberedSession["queries"][number];

const FILE_MODE = 0o600;

/** See the module's description. */
export class RememberedSessions {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds a session, or replaces it. */
  remember(session: RememberedSession): void {
    makeOwnDirectory(this.#directory);
    const path = this.#path(session.sessionId);
    const fresh = `${path}.new`;
    Deno.writeTextFileSync(fresh, `${JSON.stringify(session, null, 2)}\n`, { mode: FILE_MODE });
    Deno.renameSync(fresh, path);
  }

  forget(sessionId: string): void {
    try {
      Deno.removeSync(this.#path(sessionId));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Those of a server, by the ids of their sessions. */
  of(server: string): RememberedSession[] {
    return this.#files().sort().flatMap((file) => {
      const read = SESSION.safeParse(parsed(Deno.readTextFileSync(join(this.#directory, file))));
      if (!read.success) {
        log.warn(`Ignoring ${join(this.#directory, file)}, which does not describe a session.`);
      }
      return read.success && read.data.server === server ? [read.data] : [];
    });
  }

  #files(): string[] {
    try {
      return [...Deno.readDirSync(this.#directory)].map(({ name }) => name).filter((name) =>
        name.endsWith(".json")
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  #path(sessionId: string): string {
    return join(this.#directory, `${sessionId}.json`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
