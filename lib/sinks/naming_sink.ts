/** Makes the failures of a sink say which sink of which query has failed. */
import { messageOf, SfcrimeError } from "../base/errors.ts";
import type { Sink } from "./sink.ts";

const NOTHING_LOST = "Nothing is lost: the batch runs again when the query is started.";

/** The same sink; what it throws names it and the query. */
export function namingSink(sink: Sink, query: string): Sink {
  const told = async <T>(call: () => Promise<T> | T, hint = NOTHING_LOST): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      throw namedFailure(cause, `The query ${query} cannot write to its sink, ${sink.description}`, hint);
    }
  };
  return {
    description: sink.description,
    format: sink.format,
    exactlyOnce: sink.exactlyOnce === true,
    ...(sink.place === undefined ? {} : { place: sink.place }),
    get isNew() {
      return sink.isNew === true;
    },
    look: (queryId) => told(() => sink.look?.(queryId), ""),
    open: (queryId) => told(() => sink.open?.(queryId), ""),
    prepare: () => told(() => sink.prepare?.(), ""),
    begin: (batch) => told(() => sink.begin(batch)),
    write: (chunk) => told(() => sink.write(chunk)),
    removeGroups: (keys) => told(() => sink.removeGroups?.(keys)),
    commit: () => told(() => sink.commit()),
    close: async () => await sink.close?.(),
  };
}

function namedFailure(cause: unknown, what: string, hint: string): SfcrimeError {
  const known = cause instanceof SfcrimeError ? cause : undefined;
  // A reader of stdout that goes away is no failure.
  if (known?.code === "OUTPUT_CLOSED") return known;
  const hints = [known?.hint ?? "", hint].filter((text) => text !== "").join(" ");
  return new SfcrimeError(known?.code ?? "OUTPUT", `${what}: ${messageOf(cause)}`, {
    retriable: known?.retriable ?? false,
    cause,
    ...(hints === "" ? {} : { hint: hints }),
  });
}
