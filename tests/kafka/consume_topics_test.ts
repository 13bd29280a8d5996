/** `consume` of several topics on a real Kafka, beside kcat, which reads them as a group only. */
import { deepEqual, equal, match } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { whenTrue } from "../support/when_true.ts";
import { freshTopic, lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const SERVERS = ["-b", servers.join(",")];
const FORMAT = ["-f", "%t %p %o %k %s\n"];

/** Two topics with records that kcat has sent. */
async function withTopics(
  body: (left: string, right: string, place: Workplace) => Promise<void>,
): Promise<void> {
  const name = freshTopic();
  await using left = new Workplace(servers, `${name}-left`);
  await using right = new Workplace(servers, `${name}-right`);
  await left.succeedInProcess(["topic", "create", left.topic, "--partitions", "2"]);
  await left.kcat(["-P", "-K", ":", "-p", "0"], "a:1\nb:2\n");
  await left.kcat(["-P", "-K", ":", "-p", "1"], "c:3\n");
  await right.kcat(["-P", "-K", ":"], "d:4\ne:5\n");
  await body(left.topic, right.topic, left);
}

Deno.test("Several topics are read to their ends, each record with its topic, as kcat -G reads them", () =>
  withTopics(async (left, right, place) => {
    const theirs = await place.kcat([
      ...["-G", `${left}-theirs`, "-X", "auto.offset.reset=earliest", "-e", "-q", ...FORMAT],
      ...[left, right],
    ]);
    const expected = lines(theirs).toSorted();
    equal(expected.length, 5);
    const ours = async (args: readonly string[]) =>
      lines((await succeedInProcess(["consume", ...args, "-e", ...FORMAT, ...SERVERS])).stdout).toSorted();
    deepEqual(await ours([left, right, "--from", "beginning"]), expected);
    deepEqual(
      await ours(["--include", `${left.slice(0, -"left".length)}(left|right)`, "--from", "0"]),
      expected,
    );
    const lastOfEach = expected.filter((line) => !/ 0 0 (a|d) /.test(line));
    deepEqual(await ours([left, right, "--from", "-1"]), lastOfEach);
    deepEqual(await ours([left, right, "-g", `${left}-ours`]), expected);
    const again = await succeedInProcess(["consume", left, right, "-g", `${left}-ours`, "-e", ...SERVERS]);
    equal(again.stdout, "");
    match(
      again.stderr,
      /^Group \S+ is at the end of topics \S+-left, \S+-right; --from beginning reads them again$/m,
    );
    // kcat goes on where we have stopped, in both.
    equal(await place.kcat(["-G", `${left}-ours`, "-e", "-q", ...FORMAT, left, right]), "");
  }));

Deno.test("Records that come in later are printed from each of the topics", () =>
  withTopics(async (left, right, place) => {
    await using other = new Workplace(servers, right);
    const run = place.start(["consume", left, right, "--from", "end", "-f", "%t %s\n"]);
    // Where the run begins is not known from outside, so records are sent until it prints them.
    await whenTrue(async () => {
      await place.kcat(["-P", "-p", "1"], "late\n");
      await other.kcat(["-P"], "late\n");
      return run.stdout.includes("-left late\n") && run.stdout.includes("-right late\n");
    });
    run.kill("SIGINT");
    const { code, stdout } = await run.ended();
    equal(code, 0);
    for (const line of lines(stdout)) match(line, /^\S+-(left|right) late$/);
  }));
