import { deepEqual, equal, ok } from "assert";
import { type CallsOptions, generatedCalls } from "../../bench/calls/generated_calls.ts";
import { nestedCalls } from "../../bench/calls/nested_calls.ts";
import type { MadeCall } from "../../bench/calls/made_call.ts";
import { type SampleCall, sampleCalls } from "../../support/calls.ts";

const COUNT = 20_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const sample = sampleCalls();

function textOf(options: CallsOptions): string {
  return decoded(generatedCalls(options));
}

function decoded(chunks: Iterable<Uint8Array>): string {
  const utf8 = new TextDecoder();
  return [...chunks].map((chunk) => utf8.decode(chunk)).join("");
}

function callsOf(options: CallsOptions): SampleCall[] {
  return textOf(options).trimEnd().split("\n").map((line) => JSON.parse(line) as SampleCall);
}

function shares(calls: readonly SampleCall[], fields: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const key = fields.map((field) => call[field]).join(" | ");
    counts.set(key, (counts.get(key) ?? 0) + 1 / calls.length);
  }
  return counts;
}

const calls = callsOf({ count: COUNT });

Deno.test("The same seed makes the same calls, and fewer calls are the beginning of more", () => {
  const text = textOf({ count: 3_000 });
  equal(textOf({ count: 3_000 }), text);
  ok(text.startsWith(textOf({ count: 500 })));
  ok(textOf({ count: 500, seed: 1 }) !== textOf({ count: 500 }));
});

Deno.test("A made call has the sample's fields in their order, and times that agree", () => {
  equal(calls.length, COUNT);
  for (const call of calls) {
    deepEqual(Object.keys(call), Object.keys(sample[0]!));
    const [date, time] = call["call_date_time"]!.split("T");
    equal(time, `${call["call_time"]}:00.000`);
    for (const field of ["report_date", "call_date", "offense_date"]) {
      equal(call[field], `${date}T00:00:00.000`);
    }
  }
});

Deno.test("Ids of made calls ascend from call to call", () => {
  for (const [index, { crime_id }] of calls.entries()) {
    ok(/^\d{9}$/.test(crime_id!) && (index === 0 || crime_id! > calls[index - 1]!["crime_id"]!), crime_id);
  }
});

Deno.test("Types, dispositions and cities are as frequent as in the sample", () => {
  for (const fields of [["original_crime_type_name"], ["disposition"], ["city"], ["address_type"]]) {
    const made = shares(calls, fields);
    for (const [key, share] of shares(sample, fields)) {
      const difference = Math.abs((made.get(key) ?? 0) - share);
      ok(difference < 0.04, `${key} is ${made.get(key)} of the calls and ${share} of the sample`);
    }
  }
});

Deno.test("Made calls arrive at the pace of the sample's full days, a few out of order, one of 1,000 late", () => {
  let [latestMs, outOfOrder, late] = [0, 0, 0];
  for (const { call_date_time: time } of calls) {
    const timeMs = Date.parse(`${time}Z`);
    const behindMs = latestMs - timeMs;
    latestMs = Math.max(latestMs, timeMs);
    if (behindMs >= 12 * 3_600_000) late++;
    else if (behindMs > 0) {
      outOfOrder++;
      ok(behindMs <= 10 * MINUTE_MS, `${behindMs} ms out of order`);
    }
  }
  const perDay = COUNT / ((latestMs - Date.parse(`${calls[0]!["call_date_time"]}Z`)) / DAY_MS);
  ok(perDay > 2_000 && perDay < 2_100, `${perDay} calls a day`);
  ok(outOfOrder > 0.02 * COUNT && outOfOrder < 0.04 * COUNT, `${outOfOrder} out of order`);
  ok(late > 0.0005 * COUNT && late < 0.002 * COUNT, `${late} late`);
});

Deno.test("Made calls arrive at another pace where one is given", () => {
  const dayCalls = 30 * 60 * 24;
  const times = callsOf({ count: dayCalls, perMinute: 30 }).map((call) =>
    Date.parse(`${call["call_date_time"]}Z`)
  );
  const days = (Math.max(...times) - times[0]!) / DAY_MS;
  ok(days > 0.98 && days < 1.02, `the calls of a day take ${days} days`);
});

Deno.test("Made addresses are as skewed as the sample's", () => {
  const counts = [...shares(calls.slice(0, sample.length), ["address"]).values()];
  const most = Math.max(...counts) * sample.length;
  ok(counts.length > 3_700 && counts.length < 4_000, `${counts.length} addresses; the sample has 3,828`);
  ok(most > 40 && most < 80, `the most frequent one ${most} times; in the sample 71 times`);
});

Deno.test("Each made call is observed as it is written", () => {
  const observed: MadeCall[] = [];
  const made = decoded(generatedCalls({ count: 1_000 }, (call) => observed.push(call)));
  const written = made.trimEnd().split("\n").map((line) => JSON.parse(line) as SampleCall);
  deepEqual(
    observed,
    written.map((call) => ({
      id: call["crime_id"],
      timeMs: Date.parse(`${call["call_date_time"]}Z`),
      type: call["original_crime_type_name"],
      disposition: call["disposition"],
      address: call["address"],
    })),
  );
});

Deno.test("A made record with structures has a call of its own, with the sample's types, and ten speeds", () => {
  const observed: MadeCall[] = [];
  const records = decoded(nestedCalls(2_000, (call) => observed.push(call))).trimEnd().split("\n");
  for (const [index, record] of records.entries()) {
    const { at, unit: { call }, speeds } = JSON.parse(record);
    const { timeMs, type, disposition, address } = observed[index]!;
    deepEqual([Date.parse(`${at}Z`), call.type, call.disposition], [timeMs, type, disposition]);
    deepEqual([call.place.address, speeds.length], [address, 10]);
  }
  const length = records.join("").length / records.length;
  ok(length > 260 && length < 280, `${length} characters`);
});

Deno.test("With distinct addresses, 16 calls make 15 groups by address and type, beside 1,000 others", () => {
  const made = callsOf({ count: 32_000, addresses: "distinct" });
  const groups = shares(made, ["address", "original_crime_type_name"]);
  equal(groups.size, 31_000);
  equal([...groups.values()].filter((share) => share > 1 / made.length).length, 1_000);
});

Deno.test("Padding makes each call longer by as many bytes, and changes nothing else", () => {
  const [plain] = callsOf({ count: 1 });
  const [padded] = callsOf({ count: 1, padBytes: 100 });
  deepEqual(padded, { ...plain, common_location: plain!["common_location"] + "x".repeat(100) });
});
