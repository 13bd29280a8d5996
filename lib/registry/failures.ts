/** What goes wrong with a schema registry, in words for users. */
import { SfcrimeError } from "../base/errors.ts";
import { requestFailure } from "../base/text/request_failure.ts";
import type { SubjectVersion } from "./registered_schema.ts";
import type { RegistryAddress } from "./registry_address.ts";

type Address = Pick<RegistryAddress, "url">;

/** It does not answer. */
export function unreachable({ url }: Address, cause: unknown): SfcrimeError {
  const { reason, isTrust } = requestFailure(cause);
  return new SfcrimeError("REGISTRY_UNREACHABLE", `Cannot reach the schema registry at ${url}: ${reason}.`, {
    hint: isTrust
      ? "Set [registry] ca_file to a PEM file with the certificate of the CA that has signed it."
      : "Check [registry] url, and that the registry is running.",
    retriable: !isTrust && !/invalid url/i.test(reason),
    cause,
  });
}

/** It answers with an error. */
export function refused({ url }: Address, status: number, json: unknown): SfcrimeError {
  const { message } = (json ?? {}) as { readonly message?: unknown };
  const said = typeof message === "string" ? `: ${message.trim().replace(/\.$/, "")}` : "";
  return new SfcrimeError("REGISTRY", `The schema registry at ${url} answers ${status}${said}.`, {
    retriable: status >= 500 || status === 429 || status === 408,
    ...hintOf(status),
  });
}

function hintOf(status: number): { readonly hint?: string } {
  switch (status) {
    case 401:
    case 403:
      return { hint: "Check [registry] username and password, or token, and what they may do." };
    case 404:
      return { hint: "Check the path in [registry] url; that of Apicurio ends with /apis/ccompat/v7." };
    case 409:
      return { hint: "Change the schema so that it is compatible with the versions before it." };
    case 422:
      return { hint: "Check the schema, and the versions of its references." };
    default:
      return {};
  }
}

/** It has no such schema. */
export function unknownSchema({ url }: Address, subject: string, version: SubjectVersion): SfcrimeError {
  const which = version === "latest" ? "" : ` with version ${version}`;
  return new SfcrimeError("REGISTRY", `The schema registry at ${url} has no subject ${subject}${which}.`, {
    hint: "Set subject, or [registry] subject_names, to how the producer names its subjects.",
  });
}

/** Its answer makes no sense. */
export function unreadable({ url }: Address, what: string): SfcrimeError {
  return new SfcrimeError("REGISTRY", `The schema registry at ${url} ${what}.`, {
    hint: "Check [registry] url; that of Apicurio ends with /apis/ccompat/v7.",
  });
}
