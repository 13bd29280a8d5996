/** The error that ended a query, in full. */
import type { ErrorView } from "../../../monitoring/error_view.ts";

/** See the module's description. */
export function Failure({ error }: { readonly error: ErrorView }) {
  const { message, hint, text } = error;
  return (
    <section class="card failure" role="alert">
      <h3>The query failed</h3>
      <p>{message}</p>
      {hint !== null && <p>{hint}</p>}
      {text !== message && (
        <details>
          <summary>The whole error</summary>
          <pre class="scroll" tabIndex={0}><code>{text}</code></pre>
        </details>
      )}
    </section>
  );
}
