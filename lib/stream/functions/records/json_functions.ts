/** Functions that read and write JSON. */
import type { Value } from "../../../records/data_type.ts";
import { countElements, memberNames } from "../../../records/json/text/json_parts.ts";
import { jsonObject } from "../../../records/json/text/json_object.ts";
import { parsePath, type PathStep } from "../../../records/json/text/json_path.ts";
import { prettyJson } from "../../../records/json/text/pretty_json.ts";
import { flagOf, plannedOptions } from "../../../sql/functions/nested/format_options.ts";
import { jsonValueWriter } from "../../values/json_text.ts";
import { boundedText } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";
import { formatsOf } from "./formats.ts";
import { fromJson } from "./from_json.ts";

/** A path, which is mostly constant. */
function pathReader(): (path: string) => readonly PathStep[] | undefined {
  let last: { readonly path: string; readonly steps: readonly PathStep[] | undefined } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, steps: parsePath(path) };
    return last.steps;
  };
}

/** By their name in plans. */
export const JSON_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  from_json: fromJson,
  to_json: ([value], call, zone) => {
    const options = plannedOptions(call.args[1]);
    const { writeDate, writeTimestamp, zone: ownZone } = formatsOf(options, zone);
    const write = jsonValueWriter(call.args[0]!.type, ownZone, {
      omitsNulls: flagOf(options, "ignoreNullFields", true),
      ...(writeDate === undefined ? {} : { date: writeDate }),
      ...(writeTimestamp === undefined ? {} : { timestamp: writeTimestamp }),
    });
    const finish = flagOf(options, "pretty", false) ? prettyJson : (text: string) => text;
    return strict((known: Value) => boundedText(finish(write(known))))([value!], call, zone);
  },
  get_json_object: (args, call, zone) => {
    const stepsOf = pathReader();
    return strict((json: string, path: string) => {
      const steps = stepsOf(path);
      return steps === undefined ? null : jsonObject(json, steps);
    })(args, call, zone);
  },
  json_array_length: strict((json: string) => countElements(json)),
  json_object_keys: strict((json: string) => memberNames(json)),
};
