/** The list of requests by which `doctor` judges a server, held to the requests that the program sends. */
import { deepEqual, equal } from "assert";
import { SPOKEN } from "../../lib/broker/kafka/admin/spoken.ts";
import { Connection } from "../../lib/broker/kafka/kafkajs/modules.ts";
import { openBroker } from "../support/brokers.ts";
import { doEverything } from "../support/every_request.ts";
import { sharedKafka } from "../support/kafka.ts";

const { servers } = await sharedKafka();
const address = { kind: "kafka", servers, clientId: "spoken", properties: {} } as const;

/** Only asked where a server knows it, about groups that are not of the classic protocol. */
const OPTIONAL = "ConsumerGroupDescribe";

interface SentRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
}

/** The requests that are sent by whoever runs `body`. */
async function requestsOf(body: () => Promise<void>): Promise<SentRequest[]> {
  const { prototype } = Connection as unknown as {
    prototype: { send(options: { readonly request: SentRequest }): Promise<unknown> };
  };
  const { send } = prototype;
  const sent: SentRequest[] = [];
  prototype.send = function (options) {
    sent.push(options.request);
    return send.call(this, options);
  };
  try {
    await body();
  } finally {
    prototype.send = send;
  }
  return sent;
}

Deno.test("The requests that a server has to accept are those that are sent, in their versions", async () => {
  const sent = await requestsOf(async () => {
    const broker = await openBroker(address);
    try {
      await doEverything(broker);
    } finally {
      await broker.close();
    }
  });
  const unknown = sent.filter(({ apiKey, apiVersion, apiName }) =>
    apiName !== OPTIONAL &&
    !SPOKEN.some(({ key, min, max }) => key === apiKey && apiVersion >= min && apiVersion <= max)
  );
  deepEqual([...new Set(unknown.map(({ apiName, apiVersion }) => `${apiName} ${apiVersion}`))], []);
  const keys = new Set(sent.map(({ apiKey }) => apiKey));
  // A member sends heartbeats only after some seconds.
  const unsent = SPOKEN.filter(({ key, name }) => name !== "Heartbeat" && !keys.has(key));
  deepEqual(unsent, []);
  equal(keys.size > 20, true);
});
