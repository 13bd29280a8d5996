/** What goes wrong with a token endpoint, in words for users. Neither secrets nor tokens are in them. */
import { SfcrimeError } from "../../../base/errors.ts";
import { printable } from "../../../base/text/printable.ts";
import { requestFailure } from "../../../base/text/request_failure.ts";

interface Endpoint {
  readonly url: string;
  readonly clientId: string;
}

const CHECK_URL = "Check sasl.oauthbearer.token.endpoint.url.";

/** It does not answer. */
export function endpointUnreachable({ url }: Endpoint, cause: unknown): SfcrimeError {
  const { reason, isTrust } = requestFailure(cause);
  return new SfcrimeError("BROKER_UNREACHABLE", `Cannot reach the token endpoint at ${url}: ${reason}.`, {
    hint: isTrust
      ? "Set https.ca.location to a PEM file with the certificate of the CA that has signed its certificate."
      : `${CHECK_URL} The login to Kafka needs a token from there.`,
    retriable: !isTrust,
    cause,
  });
}

/** What to do for the errors of RFC 6749, section 5.2. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_client: "Check sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret.",
  invalid_scope: "Check sasl.oauthbearer.scope.",
  unauthorized_client:
    "Allow the client credentials grant for this client, where the server is administered.",
};

/** It answers with an error. */
export function endpointRefusal(
  { url, clientId }: Endpoint,
  { status, text }: { readonly status: number; readonly text: string },
): SfcrimeError {
  const { error, error_description: description } = errorOf(text);
  const said = [error, description].filter((part) => part !== undefined).join(": ");
  const what = `The token endpoint at ${url} gives ${clientId} no token: ${status}${
    said === "" ? "" : ` ${said}`
  }`;
  return new SfcrimeError("BROKER", `${what.replace(/\.$/, "")}.`, {
    hint: HINTS[error ?? ""] ?? (status === 401 || status === 403 ? HINTS["invalid_client"]! : CHECK_URL),
    retriable: status >= 500 || status === 429,
  });
}

function errorOf(text: string): { readonly error?: string; readonly error_description?: string } {
  try {
    const answer = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const of = (name: string) => {
      const value = answer?.[name];
      return typeof value === "string" && value !== "" ? { [name]: printable(value) } : {};
    };
    return { ...of("error"), ...of("error_description") };
  } catch {
    return {};
  }
}

/** Its answer has no token. */
export function endpointUnreadable({ url }: Endpoint): SfcrimeError {
  return new SfcrimeError(
    "BROKER",
    `The token endpoint at ${url} answers with something other than JSON with an access_token.`,
    { hint: `${CHECK_URL} It ends with /token at most servers.` },
  );
}
