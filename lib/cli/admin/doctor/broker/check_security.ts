/** How a Kafka is spoken to: whether others can read along, and until when the certificates in the settings are valid. */
import { X509Certificate } from "node:crypto";
import { formatSpan } from "../../../../base/text/duration.ts";
import type { ServerDescription } from "../../../../broker/admin/broker_admin.ts";
import {
  type ConnectionConfig,
  kafkaConfig,
  securityOf,
} from "../../../../broker/kafka/connection/config.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failure, good, warning } from "../finding.ts";

/** A certificate that expires sooner is to be renewed. */
const VALID_WANTED_MS = 30 * 86_400_000;

/** What of the options of TLS is looked at. */
type Tls = Exclude<NonNullable<ConnectionConfig["ssl"]>, boolean>;

/** See the module's description. */
export async function checkSecurity(
  { address, io: { host } }: Context,
  servers: readonly ServerDescription[],
): Promise<readonly AreaFinding[]> {
  if (address.kind !== "kafka") return [];
  const { protocol, mechanism } = securityOf(address);
  const login = protocol.startsWith("sasl") ? `login by ${mechanism}` : "no login";
  const { ssl } = await kafkaConfig(address, host);
  if (typeof ssl === "object") return [tlsFinding(ssl, login), ...certificateFindings(ssl, host.nowMs())];
  const isLocal = servers.every((server) => /^(localhost|127\.|\[?::1)/.test(server.host));
  if (isLocal) return [good(`Not encrypted, ${login}; all servers are on this machine`)];
  return [warning(
    `Not encrypted, ${login}: whoever is in between can read and change records.`,
    `Set security.protocol = ${protocol.startsWith("sasl") ? "sasl_ssl" : "ssl"}, if the cluster offers it.`,
  )];
}

function tlsFinding({ rejectUnauthorized, checkServerIdentity }: Tls, login: string): AreaFinding {
  if (rejectUnauthorized === false) {
    return warning(
      "Encrypted by TLS, but certificates are not verified: anybody in between can read along.",
      "Remove enable.ssl.certificate.verification, and set ssl.ca.location if the CA is your own.",
    );
  }
  return checkServerIdentity === undefined ? good(`Encrypted by TLS, ${login}`) : warning(
    "Encrypted by TLS, but names are not verified: whoever has a certificate of the same CA can read along.",
    "Remove ssl.endpoint.identification.algorithm, and use names that the certificates have, or ssl.server.name.",
  );
}

/** The certificates that this client shows and trusts. */
function certificateFindings({ cert, ca }: Tls, nowMs: number): AreaFinding[] {
  const found = [
    ...certificatesIn(cert).map((pem) => ({ of: "The client's certificate", pem })),
    ...certificatesIn(ca).map((pem) => ({ of: "The trusted certificate", pem })),
  ];
  return found.flatMap(({ of, pem }) => {
    const { subject, validTo } = new X509Certificate(pem);
    const name = `${of}, ${subject.replaceAll("\n", ", ")},`;
    const leftMs = Date.parse(validTo) - nowMs;
    if (leftMs <= 0) return [failure(`${name} has expired ${formatSpan(-leftMs)} ago.`, RENEW)];
    return leftMs < VALID_WANTED_MS ? [warning(`${name} expires in ${formatSpan(leftMs)}.`, RENEW)] : [];
  });
}

const RENEW = "Ask the operator of the cluster's CA for a new one.";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(pem: Tls["cert"] | Tls["ca"]): string[] {
  return [pem ?? []].flat().flatMap((part) => String(part).match(PEM) ?? []);
}
