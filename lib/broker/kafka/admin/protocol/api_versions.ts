/** The request ApiVersions: what a server accepts, and of which release its features are. */
import denoJson from "../../../../../deno.json" with { type: "json" };
import { FieldReader } from "../../protocol/field_reader.ts";
import { flexibleEncoder, NO_TAGS, writeCompactString } from "../../protocol/flexible.ts";
import { type ProtocolCall, protocolError } from "../../kafkajs/internals.ts";
import { ownCall } from "../../kafkajs/request_call.ts";

/** The versions of a request that a server accepts. */
export interface AcceptedVersions {
  readonly key: number;
  readonly min: number;
  readonly max: number;
}

/** What a server says of itself. */
export interface ApiVersionsAnswer {
  readonly accepted: readonly AcceptedVersions[];
  /** The release whose features the cluster has; undefined if it does not say. */
  readonly release: string | undefined;
}

export const API_VERSIONS = { key: 18, version: 3 } as const;
/** The tag of the features that the cluster has. */
const FINALIZED_FEATURES = 2;
const METADATA_FEATURE = "metadata.version";

/** Asks a server what it accepts. */
export function apiVersionsCall(): ProtocolCall<ApiVersionsAnswer> {
  return ownCall({
    apiKey: API_VERSIONS.key,
    apiVersion: API_VERSIONS.version,
    apiName: "ApiVersions",
    encode: () => {
      const encoder = flexibleEncoder();
      writeCompactString(encoder, "sfcrime");
      writeCompactString(encoder, denoJson.version);
      return encoder.writeInt8(NO_TAGS);
    },
    decode: (raw) => {
      // Unlike any other, this answer has a header without tags.
      const reader = new FieldReader(raw, { isFlexible: true });
      const errorCode = reader.int16();
      if (errorCode !== 0) throw protocolError(errorCode);
      const accepted = reader.structs(() => ({
        key: reader.int16(),
        min: reader.int16(),
        max: reader.int16(),
      }));
      reader.skip(4); // throttle time
      const level = metadataLevel(reader.tags().get(FINALIZED_FEATURES));
      return { accepted, release: level === undefined ? undefined : releaseOf(level) };
    },
  });
}

function metadataLevel(features: Uint8Array | undefined): number | undefined {
  if (features === undefined) return undefined;
  const reader = new FieldReader(features, { isFlexible: true });
  const levels = reader.structs(() => {
    const name = reader.string();
    const level = reader.int16();
    reader.skip(2); // the lowest that a server may have
    return { name, level };
  });
  return levels.find(({ name }) => name === METADATA_FEATURE)?.level;
}

/** The first levels of the feature `metadata.version` that a release has, newest first. */
const FIRST_LEVELS: readonly (readonly [level: number, release: string])[] = [
  [34, "later than 4.4"],
  [31, "4.4"],
  [30, "4.3"],
  [28, "4.2"],
  [26, "4.1"],
  [22, "4.0"],
  [21, "3.9"],
  [20, "3.8"],
  [15, "3.7"],
  [12, "3.6"],
  [9, "3.5"],
  [8, "3.4"],
  [4, "3.3"],
  [3, "3.2"],
  [2, "3.1"],
  [1, "3.0"],
];

function releaseOf(level: number): string | undefined {
  return FIRST_LEVELS.find(([first]) => level >= first)?.[1];
}
