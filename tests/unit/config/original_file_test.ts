import { deepEqual, equal } from "assert";
import { specificApplies } from "../../../lib/config/effective.ts";
import { load } from "./sources.ts";

/** A file as the original system's users have it. */
const ORIGINAL = `[kafka]
bootstrap_servers = localhost:9092,localhost:9093,localhost:9094
client_id = sf-crime-producer
group_id = sf-crime-consumer
topic = service-calls
num_partitions = 3
replication_factor = 3
input_file = police-department-calls-for-service.json
progress_interval = 1000
auto_offset_reset = earliest

[spark]
master = local[*]
input_file = radio_code.json
bootstrap_servers = localhost:9092,localhost:9093,localhost:9094
starting_offsets = earliest
max_offsets_per_trigger = 200
max_rate_per_partition = 10
`;

const SERVERS = ["localhost:9092", "localhost:9093", "localhost:9094"];

Deno.test("A file of the original's shape works unchanged", () => {
  const settings = load({ file: ORIGINAL });
  deepEqual(settings.kafka, {
    bootstrap_servers: SERVERS,
    topic: "service-calls",
    client_id: "sf-crime-producer",
    group_id: "sf-crime-consumer",
    auto_offset_reset: "earliest",
    num_partitions: 3,
    replication_factor: 3,
    retention: undefined,
    topic_config: undefined,
    input_file: "police-department-calls-for-service.json",
    progress_interval: 1_000,
  });
  deepEqual(settings.spark, {
    bootstrap_servers: SERVERS,
    master: "local[*]",
    deploy_mode: "client",
    starting_offsets: "earliest",
    max_offsets_per_trigger: 200,
    max_rate_per_partition: 10,
    input_file: "radio_code.json",
    jars: undefined,
    packages: undefined,
    remote: undefined,
    token_file: undefined,
    ca_file: undefined,
  });
  const { queries } = settings;
  deepEqual(Object.keys(queries).filter((name) => !queries[name]!.ui_only), ["by_type", "with_disposition"]);
});

Deno.test("Offsets and limits of [spark] hold for the analysis where [analyze] has none", () => {
  const own = "analyze.max_offsets_per_trigger";
  const sparks = "spark.max_offsets_per_trigger";
  equal(specificApplies(load({ file: ORIGINAL }), own, sparks), false);
  const both = load({ file: `${ORIGINAL}[analyze]\nmax_offsets_per_trigger = 5\n` });
  equal(specificApplies(both, own, sparks), true);
  equal(both.analyze.max_offsets_per_trigger, 5);
});
