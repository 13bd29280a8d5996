/** Adds the names of the sink and of the query to the errors of a sink. */
import { messageOf, SfcrimeError } from "../base/errors.ts";
import type { Sink } from "./sink.ts";

const NO_DATA_LOST = "No data is lost: the batch runs again when the query is restarted.";

/** The same sink; its errors name the sink and the query. */
export function namingSink(sink: Sink, query: string): Sink {
  const named = async <T>(call: () => Promise<T> | T, hint = NO_DATA_LOST): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      throw namedFailure(cause, `Query ${query} cannot write to its sink, ${sink.description}`, hint);
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
    look: (queryId) => named(() => sink.look?.(queryId), ""),
    open: (queryId) => named(() => sink.open?.(queryId), ""),
    prepare: () => named(() => sink.prepare?.(), ""),
    begin: (batch) => named(() => sink.begin?.(batch)),
    write: (chunk) => named(() => sink.write(chunk)),
    removeGroups: (keys) => named(() => sink.removeGroups?.(keys)),
    commit: () => named(() => sink.commit?.()),
    close: async () => await sink.close?.(),
  };
}

function namedFailure(cause: unknown, what: string, hint: string): SfcrimeError {
  const known = cause instanceof SfcrimeError ? cause : undefined;
  // It is not a failure if the reader of stdout closes the pipe.
  if (known?.code === "OUTPUT_CLOSED") return known;
  const hints = [known?.hint ?? "", hint].filter((text) => text !== "").join(" ");
  return new SfcrimeError(known?.code ?? "OUTPUT", `${what}: ${messageOf(cause)}`, {
    retriable: known?.retriable ?? false,
    cause,
    ...(hints === "" ? {} : { hint: hints }),
  });
}
