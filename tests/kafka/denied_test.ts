/** What a real Kafka does not allow a user: each refusal is one error, of what, and with the permission that is missing. */
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from "kafkajs";
import { equal, match } from "assert";
import { equippedKafka, LIMITED_USER } from "../support/equipped_kafka.ts";
import { runInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

const { kafka } = await equippedKafka();
const PREFIX = "guarded-";
const ANYBODY = "User:*";
const LIMITED = `User:${LIMITED_USER.name}`;

interface Rule {
  readonly type: keyof typeof AclResourceTypes;
  readonly name: string;
  readonly operation: keyof typeof AclOperationTypes;
  readonly principal?: string;
  readonly isPrefix?: boolean;
}

const RULES: readonly Rule[] = [
  // What is forbidden to one is forbidden to all, unless something allows it.
  { type: "CLUSTER", name: "kafka-cluster", operation: "ALL", principal: ANYBODY },
  { type: "TOPIC", name: PREFIX, operation: "ALL", principal: ANYBODY, isPrefix: true },
  { type: "GROUP", name: PREFIX, operation: "ALL", principal: ANYBODY, isPrefix: true },
  { type: "TRANSACTIONAL_ID", name: PREFIX, operation: "ALL", principal: ANYBODY, isPrefix: true },
  { type: "TOPIC", name: "guarded-unreadable", operation: "READ" },
  { type: "TOPIC", name: "guarded-fixed", operation: "WRITE" },
  { type: "TOPIC", name: "guarded-fixed", operation: "DELETE" },
  { type: "TOPIC", name: "guarded-fixed", operation: "ALTER" },
  { type: "TOPIC", name: "guarded-fixed", operation: "ALTER_CONFIGS" },
  { type: "TOPIC", name: "guarded-hidden", operation: "DESCRIBE" },
  { type: "TOPIC", name: "guarded-new", operation: "CREATE" },
  { type: "CLUSTER", name: "kafka-cluster", operation: "CREATE" },
  { type: "CLUSTER", name: "kafka-cluster", operation: "DELETE" },
  { type: "GROUP", name: "guarded-group", operation: "READ" },
  { type: "GROUP", name: "guarded-hidden", operation: "DESCRIBE" },
  { type: "TRANSACTIONAL_ID", name: "guarded-id", operation: "WRITE" },
];

async function setRules(): Promise<void> {
  const admin = new Kafka({ brokers: [...kafka.servers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    topics: ["unreadable", "fixed", "hidden", "open"].map((name) => ({ topic: `${PREFIX}${name}` })),
  });
  // What an empty topic has is known without reading it.
  const producer = new Kafka({ brokers: [...kafka.servers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic: `${PREFIX}unreadable`, messages: [{ value: "{}" }] });
  await producer.disconnect();
  await admin.createAcls({
    acl: RULES.map(({ type, name, operation, principal = LIMITED, isPrefix = false }) => ({
      resourceType: AclResourceTypes[type],
      resourceName: name,
      resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
      principal,
      host: "*",
      operation: AclOperationTypes[operation],
      permissionType: principal === LIMITED ? AclPermissionTypes.DENY : AclPermissionTypes.ALLOW,
    })),
  });
  await admin.disconnect();
}

await setRules();

/** Commands, what is said that the user may not do, and the permission that is missing. */
const DENIED: readonly (readonly [args: string, what: string, permission: string])[] = [
  ["produce guarded-fixed sample", "write to topic guarded-fixed", "Write --topic guarded-fixed"],
  ["produce guarded-hidden sample", "see topic guarded-hidden", "Describe --topic guarded-hidden"],
  ["produce guarded-new sample", "create topic guarded-new", "Create --topic guarded-new"],
  [
    "produce guarded-open sample -X transactional.id=guarded-id",
    "write to transactional ID guarded-id",
    "Write --transactional-id guarded-id",
  ],
  [
    "consume guarded-unreadable --from beginning -e",
    "read topic guarded-unreadable",
    "Read --topic guarded-unreadable",
  ],
  ["consume guarded-open -g guarded-group -e", "read group guarded-group", "Read --group guarded-group"],
  [
    "analyze by_type --topic guarded-unreadable --trigger available-now",
    "read topic guarded-unreadable",
    "Read --topic guarded-unreadable",
  ],
  ["topic describe guarded-hidden", "see topic guarded-hidden", "Describe --topic guarded-hidden"],
  ["topic create guarded-new", "create topic guarded-new", "Create --topic guarded-new"],
  ["topic delete guarded-fixed --yes", "delete topic guarded-fixed", "Delete --topic guarded-fixed"],
  [
    "topic alter guarded-fixed --topic-config retention.ms=1",
    "change settings of topic guarded-fixed",
    "AlterConfigs --topic guarded-fixed",
  ],
  ["topic alter guarded-fixed --partitions 2", "change topic guarded-fixed", "Alter --topic guarded-fixed"],
  ["group lag guarded-hidden", "read group guarded-hidden", "Read --group guarded-hidden"],
  ["doctor --topic guarded-unreadable", "read topic guarded-unreadable", "Read --topic guarded-unreadable"],
];

for (const [args, what, permission] of DENIED) {
  Deno.test(`Without permission, ${args} says what is not allowed, and which permission is missing`, async () => {
    await using directory = await tempDir();
    const login = [
      ...[
        "-b",
        kafka.listeners.LOGIN!,
        "-X",
        "security.protocol=sasl_plaintext",
        "-X",
        "sasl.mechanism=plain",
      ],
      ...["-X", `sasl.username=${LIMITED_USER.name}`],
    ];
    const { code, stdout, stderr } = await runInProcess([...args.split(" "), ...login], {
      cwd: directory.path,
      env: { SFCRIME_KAFKA_SASL_PASSWORD: LIMITED_USER.password },
    });
    equal(code, 1, stderr);
    const said = `${stdout}${stderr}`.replaceAll(/\n {2,}/g, " ");
    match(
      said,
      new RegExp(`Kafka at \\S+ does not allow this user to ${what}\\. Log in as another user, or have it`),
    );
    match(said, new RegExp(`kafka-acls --add --allow-principal User:NAME --operation ${permission}\\.`));
  });
}
