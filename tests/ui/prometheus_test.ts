/** Metrics, alert rules and the dashboard for Grafana, judged by Prometheus itself. */
import { deepEqual, equal, ok } from "assert";
import { parse } from "yaml";
import { hasPrometheus, Prometheus, promtool } from "../support/prometheus.ts";
import { tempDir } from "../support/temp_dir.ts";
import { ToldRun, toldUi } from "../support/ui_fixture.ts";
import { whenTrue } from "../support/when_true.ts";

/** The rules, as far as they are read. */
interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
}

/** What is tried of them. */
interface AlertTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

const TOKEN = "a-token-of-a-test";
const RULES = new URL("../../config/prometheus-rules.yml", import.meta.url).pathname;
const GRAFANA = new URL("../../config/grafana-dashboard.json", import.meta.url);

const isHere = await hasPrometheus("metrics, as Prometheus reads them");

/** A query with all that may be in a view, and a name that text formats have to escape. */
function toldRun(): ToldRun {
  const run = new ToldRun('a "query"\\ of\nlines');
  run.view = {
    ...run.view,
    watermarkMs: 1_546_300_000_000,
    watermarkGapMs: 600_000,
    lagRecords: 12,
    lagMs: 1_500,
    partitions: [{ topic: "calls", partition: 0, start: 0, end: 8, latest: 20, lag: 12, lagMs: 1_500 }],
  };
  return run;
}

Deno.test({
  name: "Prometheus's own parser and linter have no objection to the metrics, whatever a query is called",
  ignore: !isHere,
  async fn() {
    const run = toldRun();
    await using ui = await toldUi({ run });
    run.commit(ui);
    const answer = await fetch(`${ui.url}/metrics`);
    equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    equal(await promtool(["check", "metrics"], await answer.text()), "");
  },
});

Deno.test({
  name: "The alert rules are valid, and fire when they should and not before",
  ignore: !isHere,
  async fn() {
    await promtool(["check", "rules", "--lint=all", "--lint-fatal", RULES]);
    const tests = new URL("alert_rules.yml", import.meta.url).pathname;
    await promtool(["test", "rules", tests]);
    // Each of them fires there.
    const { groups } = parse(await Deno.readTextFile(RULES)) as AlertRules;
    const fired = (parse(await Deno.readTextFile(tests)) as AlertTests).tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname);
    deepEqual(
      [...new Set(fired)].toSorted(),
      groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)).toSorted(),
    );
  },
});

Deno.test({
  name: "A Prometheus scrapes the metrics, evaluates each rule, and answers each panel of the dashboard",
  ignore: !isHere,
  async fn() {
    await using directory = await tempDir();
    const run = toldRun();
    await using ui = await toldUi({ run, token: TOKEN });
    ui.listener.started?.({
      runId: "run-1",
      queries: [{ query: run.view.name, queryId: "query-1", sink: "none" }],
    });
    ui.listener.worked?.({ monotonicMs: 1_000, workers: [{ worker: 0, records: 2, busyMs: 250 }] });
    run.commit(ui);
    run.commit(ui);
    const options = { directory: directory.path, port: ui.port, token: TOKEN, rules: RULES };
    await using prometheus = await Prometheus.start(options);
    await whenTrue(async () => (await prometheus.query("up == 1")).length === 1);
    const [batches] = await prometheus.query("sfcrime_batches_total");
    equal(batches?.metric["query"], run.view.name);
    equal(batches?.value[1], "2");
    const [lag] = await prometheus.query('sfcrime_partition_lag_records{topic="calls",partition="0"}');
    equal(lag?.value[1], "12");
    equal((await prometheus.query("sfcrime_watermark_timestamp_seconds"))[0]?.value[1], "1546300000");
    // It counts on while it is scraped.
    run.commit(ui);
    await whenTrue(async () => (await prometheus.query("sfcrime_batches_total == 3")).length === 1);
    equal((await prometheus.query("resets(sfcrime_batches_total[1m]) > 0")).length, 0);

    interface Rules {
      readonly groups: readonly {
        readonly rules: readonly { readonly name: string; readonly health: string }[];
      }[];
    }
    const rulesOf = async () => (await prometheus.get<Rules>("rules")).groups.flatMap(({ rules }) => rules);
    await whenTrue(async () => (await rulesOf()).every(({ health }) => health !== "unknown"));
    deepEqual((await rulesOf()).filter(({ health }) => health !== "ok"), []);

    const known = await prometheus.get<readonly string[]>("label/__name__/values");
    for (const { title, targets } of grafana().panels) {
      for (const { expr } of targets) {
        const filled = expr.replaceAll("$instance", ".*").replaceAll("$query", ".*")
          .replaceAll("$__rate_interval", "1m");
        await prometheus.query(filled);
        const names = filled.match(/\b(sfcrime|process)_\w+/g) ?? [];
        ok(names.length > 0, title);
        for (const name of names) ok(known.includes(name), `${title}: ${name}`);
      }
    }
  },
});

interface Grafana {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

function grafana(): Grafana {
  return JSON.parse(Deno.readTextFileSync(GRAFANA));
}
