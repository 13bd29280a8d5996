/** Stops a query, after the reader has confirmed it. */
import { useState } from "preact/hooks";
import { ApiError, stopQuery } from "../data/api.ts";

type Step = "idle" | "asking" | "stopping" | "failed";

/** See the module's description. */
export function StopButton({ query }: { readonly query: string }) {
  const [step, setStep] = useState<Step>("idle");
  const [message, setMessage] = useState("");
  const stop = async () => {
    setStep("stopping");
    try {
      await stopQuery(query);
    } catch (error) {
      setMessage(error instanceof ApiError ? error.message : "The server cannot be reached.");
      setStep("failed");
    }
  };
  switch (step) {
    case "idle":
      return <button type="button" onClick={() => setStep("asking")}>Stop query</button>;
    case "asking":
      return (
        <p class="confirm" role="group" aria-label={`Stop ${query}?`}>
          Stop after the current batch?
          <button type="button" class="danger" onClick={stop}>Stop</button>
          <button type="button" onClick={() => setStep("idle")}>Cancel</button>
        </p>
      );
    case "stopping":
      return <p class="confirm" role="status">Stopping…</p>;
    case "failed":
      return (
        <p class="confirm" role="alert">
          {message}
          <button type="button" onClick={() => setStep("idle")}>Close</button>
        </p>
      );
  }
}
