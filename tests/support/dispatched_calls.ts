/** Calls as the data sets of San Francisco's dispatch have them, by the columns that they have. */
import type { SoqlRow } from "./soql.ts";
import { OpenData } from "./open_data.ts";

const SHARED = [
  "cad_number",
  "received_datetime",
  "entry_datetime",
  "dispatch_datetime",
  "enroute_datetime",
  "onscene_datetime",
  "close_datetime",
  "call_type_original",
  "call_type_original_desc",
  "call_type_original_notes",
  "call_type_final",
  "call_type_final_desc",
  "call_type_final_notes",
  "priority_original",
  "priority_final",
  "agency",
  "disposition",
  "onview_flag",
  "sensitive_call",
  "intersection_name",
  "intersection_id",
  "intersection_point",
  "supervisor_district",
  "analysis_neighborhood",
  "police_district",
  "data_as_of",
  "data_loaded_at",
];

/** The data set of the last two days, and that of closed calls. */
export const [LATEST, CLOSED] = ["gnap-fj3t", "2zdj-bwza"] as const;

const FIELDS = {
  [LATEST]: ["id", ...SHARED, "call_last_updated_at"],
  [CLOSED]: [...SHARED, "dup_cad_number", "pd_incident_report", "data_updated_at", "source_filename"],
};

/** The first call is received here, on a day in summer. */
const FIRST_MS = Date.parse("2026-07-01T00:00:00Z");
const EVERY_MS = 60_000;

const TYPES = ["TRAFFIC STOP", "PASSING CALL", "SUSPICIOUS PERSON", "WELL BEING CHECK"];

/** A time as the API writes local ones. */
export function localTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}

/** When the call of a number is closed: a while after it was received, so that calls overtake each other. */
export function closedMs(n: number): number {
  return FIRST_MS + n * EVERY_MS + ((n * 7) % 11) * 5 * EVERY_MS;
}

/** A call with a number; one that is not closed yet has no disposition. */
export function dispatchedCall(n: number, { isClosed = true } = {}): SoqlRow {
  const receivedMs = FIRST_MS + n * EVERY_MS;
  const isSensitive = n % 5 === 0;
  return {
    id: `26${n}`,
    cad_number: cadNumber(n),
    received_datetime: localTime(receivedMs),
    entry_datetime: localTime(receivedMs + 1_000),
    call_type_original: "916",
    call_type_original_desc: TYPES[n % TYPES.length],
    call_type_final_desc: isClosed ? TYPES[n % TYPES.length] : null,
    priority_original: "B",
    agency: n % 3 === 0 ? "Sheriff" : "Police",
    onview_flag: "N",
    sensitive_call: isSensitive,
    intersection_name: isSensitive ? null : "MARKET ST \\ 5TH ST",
    intersection_point: isSensitive ? null : { type: "Point", coordinates: [-122.4084, 37.7838] },
    analysis_neighborhood: isSensitive ? null : "Tenderloin",
    close_datetime: isClosed ? localTime(closedMs(n)) : null,
    disposition: isClosed ? "HAN" : null,
    data_as_of: localTime(closedMs(n)),
  };
}

export function cadNumber(n: number): string {
  return String(261820000 + n);
}

/** A server with calls: those of the numbers that the closed data set has, and those of the latest. */
export function callServer(
  { closed, latest }: { readonly closed: readonly number[]; readonly latest: readonly number[] },
): OpenData {
  const setOf = (id: typeof LATEST | typeof CLOSED, numbers: readonly number[]) => ({
    fields: FIELDS[id],
    rows: numbers.map((n) => dispatchedCall(n)),
  });
  return new OpenData({ [CLOSED]: setOf(CLOSED, closed), [LATEST]: setOf(LATEST, latest) });
}

/** Numbers from one up to another. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
