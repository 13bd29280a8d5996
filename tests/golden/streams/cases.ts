/** All cases of streams. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { AFTER_GROUPS } from "./after_groups.ts";
import { ALIASES } from "./aliases.ts";
import { BRANCHES } from "./branches.ts";
import { COMPUTED } from "./computed.ts";
import { CHAINS } from "./chains.ts";
import { CONDITION_QUERIES } from "./condition_queries.ts";
import { DASHBOARD } from "./dashboard.ts";
import { DECIMALS } from "./decimals.ts";
import { DEDUPLICATE } from "./deduplicate.ts";
import { EVENT_TIME } from "./event_time.ts";
import { FAR_TIMES } from "./far_times.ts";
import { FORMATS } from "./formats.ts";
import { GAPS } from "./gaps.ts";
import { GENERATORS } from "./generators.ts";
import { GROUPING_SETS } from "./grouping_sets.ts";
import { JOIN_FORMS } from "./join_forms.ts";
import { JOINS } from "./joins.ts";
import { LOCAL_TIMES } from "./local_times.ts";
import { LATERAL } from "./lateral.ts";
import { MALFORMED } from "./malformed.ts";
import { OUTPUT_MODES } from "./output_modes.ts";
import { PATTERN_CASES } from "./patterns.ts";
import { RESTARTS } from "./restarts.ts";
import { ROW_ORDER } from "./row_order.ts";
import { SESSIONS } from "./sessions.ts";
import { SET_OPERATIONS } from "./set_operations.ts";
import { STRUCT_KEYS } from "./struct_keys.ts";
import { SUBQUERIES } from "./subqueries.ts";
import { STREAM_JOINS } from "./stream_joins.ts";
import { TABLE_QUERIES } from "./table_queries.ts";
import { WINDOW_CASES } from "./windows.ts";
import { ZONES } from "./zones.ts";

export const CASES: readonly Scenario[] = [
  ...EVENT_TIME,
  ...WINDOW_CASES,
  ...OUTPUT_MODES,
  ...ROW_ORDER,
  ...GROUPING_SETS,
  ...JOINS,
  ...JOIN_FORMS,
  ...SUBQUERIES,
  ...TABLE_QUERIES,
  ...SET_OPERATIONS,
  ...CONDITION_QUERIES,
  ...LATERAL,
  ...STRUCT_KEYS,
  ...STREAM_JOINS,
  ...MALFORMED,
  ...DEDUPLICATE,
  ...SESSIONS,
  ...GAPS,
  ...PATTERN_CASES,
  ...ALIASES,
  ...BRANCHES,
  ...RESTARTS,
  ...ZONES,
  ...LOCAL_TIMES,
  ...FAR_TIMES,
  ...DECIMALS,
  ...DASHBOARD,
  ...COMPUTED,
  ...AFTER_GROUPS,
  ...CHAINS,
  ...GENERATORS,
  ...FORMATS,
];
