import { deepEqual, equal } from "assert";
import { load, refusal } from "./sources.ts";

Deno.test("Properties by the names of Kafka's clients are settings, with -X and in [kafka]", () => {
  const properties = [
    "bootstrap.servers=a:1,b:2",
    "client.id=c",
    "group.id=g",
    "auto.offset.reset=largest",
    "acks=-1",
    "compression.type=zstd",
  ];
  const file = `[kafka]\n${properties.join("\n")}\n`;
  for (const { kafka, producer } of [load({ properties }), load({ file })]) {
    deepEqual(kafka.bootstrap_servers, ["a:1", "b:2"]);
    equal(kafka.client_id, "c");
    equal(kafka.group_id, "g");
    equal(kafka.auto_offset_reset, "latest");
    equal(producer.acks, "all");
    equal(producer.compression, "zstd");
  }
  const { kafka, producer } = load({
    properties: ["metadata.broker.list=a", "request.required.acks=1", "compression.codec=lz4"],
  });
  deepEqual(kafka.bootstrap_servers, ["a:9092"]);
  equal(producer.acks, "1");
  equal(producer.compression, "lz4");
});

Deno.test("A wrong value of such a property is refused under the name that was given", () => {
  equal(refusal({ properties: ["acks=2"] }).message, '-X acks = "2": expected all, 1 or 0.');
});
