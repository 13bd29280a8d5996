/** Logins with tokens, on a real Kafka that checks their signatures: from a file, and from a token endpoint. */
import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { join } from "node:path";
import { saidOnLines, verbsOfToday } from "../support/broker_verbs.ts";
import { sampleCalls } from "../support/calls.ts";
import { equippedKafka } from "../support/equipped_kafka.ts";
import { freePorts } from "../support/ports.ts";
import { TokenServer } from "../support/token_server.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { kafka, certificates, issuer } = await equippedKafka();
const SERVER = kafka.listeners.BEARER!;
const PEM = await Deno.readTextFile(certificates.server);
const SECRET = "sword=fish+7";
const BEARER = `[kafka]
bootstrap_servers = ${SERVER}
security.protocol = sasl_ssl
ssl.ca.location = ${certificates.ca}
sasl.mechanism = OAUTHBEARER
`;
const QUERY = "[query.ids]\nsql = SELECT crime_id FROM calls\noutput_mode = append\n";

interface Place extends AsyncDisposable {
  readonly place: Workplace;
  readonly run: (...args: readonly string[]) => ReturnType<Workplace["runInProcess"]>;
}

/** A directory with a configuration file, and files that it names. */
async function placeOf(properties: string, files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const place = new Workplace([SERVER]);
  await Deno.writeTextFile(join(place.directory, "app.cfg"), `${BEARER}${properties}\n${QUERY}`);
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(place.directory, name), text);
  }
  return {
    place,
    run: (...args) => place.runInProcess([...args, "--config", "app.cfg"]),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

function endpointProperties(url: string): string {
  return [
    `sasl.oauthbearer.token.endpoint.url = ${url}`,
    "sasl.oauthbearer.client.id = alice",
    "sasl.oauthbearer.client.secret_file = secret",
    "sasl.oauthbearer.scope = kafka write",
    "sasl.oauthbearer.extensions = traceId=abc",
    `https.ca.location = ${certificates.ca}`,
  ].join("\n");
}

const FILES = { secret: `${SECRET}\n` };

/** An endpoint that gives tokens of so many seconds. */
function tokenServer(lifeSeconds: number): TokenServer {
  return new TokenServer(async () => {
    const token = await issuer.token({ sub: "alice", lifeSeconds });
    return Response.json({ access_token: token, token_type: "Bearer", expires_in: lifeSeconds });
  }, PEM);
}

Deno.test("Calls are produced, consumed and analysed with a token from a file, which is read at each login", async () => {
  await using opened = await placeOf("sasl.oauthbearer.token_file = token");
  const { place, run } = opened;
  const steps = [
    ["produce"],
    ["consume", "--from", "beginning", "--format", "ndjson", "--exit-at-end"],
    ["analyze", "ids", "--trigger", "available-now", "--sink", "ndjson"],
  ];
  for (const step of steps) {
    const token = await issuer.token({ sub: "alice", lifeSeconds: 60 });
    await Deno.writeTextFile(join(place.directory, "token"), `${token}\n`);
    const { code, stdout, stderr } = await run(...step);
    equal(code, 0, stderr);
    if (step[0] !== "produce") equal(lines(stdout).length, sampleCalls().length);
    ok(!stderr.includes(token));
  }
});

Deno.test("A token endpoint is asked once by a command, with the id, the secret and the scope", async () => {
  await using server = tokenServer(600);
  await using opened = await placeOf(endpointProperties(server.url), FILES);
  const { code, stderr } = await opened.run("produce");
  equal(code, 0, stderr);
  deepEqual(server.requests, [{
    authorization: `Basic ${btoa(`alice:${SECRET}`)}`,
    form: { grant_type: "client_credentials", scope: "kafka write" },
  }]);
});

const SHORT_SECONDS = 3;

Deno.test("Sessions go on with new tokens when theirs expire, and no call is lost or doubled", async () => {
  await using server = tokenServer(SHORT_SECONDS);
  await using opened = await placeOf(endpointProperties(server.url), FILES);
  const { place } = opened;
  const options = ["--config", "app.cfg", "--log-level", "debug, kafkajs=debug"];
  await place.succeedInProcess(["topic", "create", place.topic, "--config", "app.cfg"]);
  const startMs = Date.now();
  const analyzing = place.start(["analyze", "ids", "--trigger", "500ms", "--sink", "ndjson", ...options]);
  const calls = sampleCalls().length;
  const rate = Math.floor(calls / (2.5 * SHORT_SECONDS));
  const produced = await place.succeed(["produce", "--rate", String(rate), ...options]);
  await analyzing.until(({ stdout }) => lines(stdout).length >= calls);
  ok(Date.now() - startMs > 2 * SHORT_SECONDS * 1_000);
  analyzing.kill("SIGINT");
  const { code, stdout, stderr } = await analyzing.ended();
  equal(code, 0, stderr);
  const ids = lines(stdout).map((line) => (JSON.parse(line) as { crime_id: string }).crime_id);
  deepEqual(ids.toSorted(), sampleCalls().map(({ crime_id: id }) => id).toSorted());
  ok(server.requests.length >= 6, `${server.requests.length} tokens`);
  for (const said of [produced.stderr, stderr]) {
    // Right after its start, a broker may have to load what it knows of groups and producers.
    doesNotMatch(said.replaceAll(/^.*is loading.*$/gm, ""), /Trying again|Closed connection/);
    ok(!said.includes(SECRET) && !/eyJ/.test(said), "a secret is in the log");
  }
});

const json = (status: number, body: unknown) => () => Response.json(body, { status });

/** What a token endpoint may do, and what is said of it. */
const ENDPOINTS: readonly {
  readonly what: string;
  readonly answer: () => Response | Promise<Response>;
  readonly message: RegExp;
}[] = [
  {
    what: "does not know the client",
    answer: json(401, { error: "invalid_client", error_description: "Invalid client credentials." }),
    message:
      /^sfcrime: The token endpoint at URL gives alice no token: 401 invalid_client: Invalid client credentials\. Check sasl\.oauthbearer\.client\.id and sasl\.oauthbearer\.client\.secret\.$/m,
  },
  {
    what: "does not know the scope",
    answer: json(400, { error: "invalid_scope" }),
    message: /gives alice no token: 400 invalid_scope\. Check sasl\.oauthbearer\.scope\.$/m,
  },
  {
    what: "is not found",
    answer: () => new Response("<html>", { status: 404 }),
    message: /gives alice no token: 404\. Check sasl\.oauthbearer\.token\.endpoint\.url\.$/m,
  },
  {
    what: "answers with a page",
    answer: () => new Response("<html>Log in</html>"),
    message: /answers with something other than JSON with an access_token\. Check sasl\.oauthbearer\.token/,
  },
  {
    what: "gives a token that has expired",
    answer: async () =>
      Response.json({ access_token: await issuer.token({ sub: "alice", lifeSeconds: -60 }) }),
    message:
      /^sfcrime: Kafka at 127.* refused the token from URL: it expired at \d{4}-.*Z\. Check what the broker/m,
  },
  {
    what: "gives a token for something else",
    answer: async () =>
      Response.json({
        access_token: await issuer.token({ sub: "alice", lifeSeconds: 60, audience: "mail" }),
      }),
    message: /^sfcrime: Kafka at 127.* refused the token from URL: invalid_token\. Check what the broker/m,
  },
];

const FAILED_MS_MAX = 20_000;

for (const [index, { what, answer, message }] of ENDPOINTS.entries()) {
  Deno.test(`A token endpoint that ${what} is one error, with what to do`, async () => {
    await using server = new TokenServer(answer, PEM);
    await using opened = await placeOf(endpointProperties(server.url), FILES);
    const [first, ...others] = verbsOfToday(index);
    // Where doctor prints it, no name of the program is before it.
    const bare = new RegExp(message.source.replace("^sfcrime: ", ""), message.flags);
    for (const verb of others) {
      const refused = await opened.run(...verb);
      equal(refused.code, 1, refused.stderr);
      match(saidOnLines(refused).replaceAll(server.url, "URL"), bare, verb.join(" "));
    }
    const startMs = Date.now();
    const { code, stderr } = await opened.run(...first!);
    ok(Date.now() - startMs < FAILED_MS_MAX);
    equal(code, 1, stderr);
    match(stderr.replaceAll(server.url, "URL").replaceAll("\n  ", " "), message);
    equal(stderr.match(/^sfcrime: /gm)?.length, 1, stderr);
    ok(!stderr.includes(SECRET) && !/eyJ/.test(stderr), stderr);
  });
}

Deno.test("An endpoint that is not there or not trusted, and a file without a valid token, are one error each", async () => {
  await using server = tokenServer(60);
  const refused = async (properties: string, files: Readonly<Record<string, string>> = FILES) => {
    await using opened = await placeOf(properties, files);
    const { code, stderr } = await opened.run("topic", "list");
    ok(code > 0);
    equal(stderr.match(/^sfcrime: /gm)?.length, 1, stderr);
    return stderr.replaceAll("\n  ", " ");
  };
  match(
    await refused(endpointProperties(`http://127.0.0.1:${freePorts(1)[0]}/token`)),
    /^sfcrime: Cannot reach the token endpoint at http:\/\/127\.0\.0\.1:\d+\/token: .*refused.*\. Check sasl\.oauthbearer\.token/m,
  );
  match(
    await refused(endpointProperties(server.url).replace(/https\.ca.*/, "")),
    /^sfcrime: Cannot reach the token endpoint at https.*certificate.*\. Set https\.ca\.location/m,
  );
  match(
    await refused(endpointProperties("http://login.example/token")),
    /token\.endpoint\.url = "http:\/\/login\.example\/token": expected https:\/\//,
  );
  const file = "sasl.oauthbearer.token_file = token";
  match(await refused(file), /^sfcrime: sasl\.oauthbearer\.token_file: cannot read token: /m);
  match(
    await refused(file, { token: "not a token" }),
    /^sfcrime: sasl\.oauthbearer\.token_file: token has no token\./m,
  );
  const old = await issuer.token({ sub: "alice", lifeSeconds: -60 });
  match(
    await refused(file, { token: old }),
    /^sfcrime: Kafka at 127.* refused the token from token: it expired at .*Z\. Write a valid token to token: each login/m,
  );
  match(await refused(""), /sasl\.mechanism = oauthbearer requires sasl\.oauthbearer\.token_file, or sasl/);
  match(
    await refused(`${file}\n${endpointProperties(server.url)}`),
    /Both sasl\.oauthbearer\.token_file and sasl\.oauthbearer\.token\.endpoint\.url are set\./,
  );
});
