import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import {
  type AlertRule,
  type RuleGroup,
  streamingRules,
} from "../../../infra/components/streaming/alerts";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { ensureTools, toolPath } from "../../../toolchain";
import { makeFolder } from "../../support/folder";

const rpoSeconds = 30;
const [west, east] = ["eu-west-1", "us-east-1"] as const;

/** Values of a metric, one each minute, in promtool's notation. */
interface Series {
  readonly series: string;
  readonly values: string;
}

/** A course of events in which one alert fires and resolves. Times in minutes. */
interface Course {
  readonly series: readonly Series[];
  /** Not yet, although the fault has begun; fires; has resolved. */
  readonly silent: number;
  readonly fires: number;
  readonly resolved: number;
  /** Part of the summary. */
  readonly says: RegExp;
  /** A change of the rule after which the course has another result. */
  readonly mutation: readonly [from: string, to: string];
}

const up = `meridian_kafka_up{region="${west}"}`;
const brokers = `meridian_kafka_brokers{region="${west}"}`;
const planned = `meridian_kafka_brokers_planned{region="${west}"}`;
const mirrored = (topic: string) =>
  `meridian_kafka_mirror_lag_seconds{region="${east}",source="${west}",topic="${topic}"}`;
const group = (topic: string) =>
  `meridian_kafka_group_lag_records{region="${west}",group="storefront",topic="${topic}"}`;
const answers: Series = { series: up, values: "1x100" };

const courses: Readonly<Record<string, Course>> = {
  KafkaDown: {
    series: [{ series: up, values: "1x9 0x9 1x80" }],
    ...{ silent: 10, fires: 12, resolved: 20 },
    says: /Apps in eu-west-1 can neither write nor read/,
    mutation: ["== 0", "== 1"],
  },
  KafkaBrokerDown: {
    series: [
      answers,
      { series: planned, values: "3x100" },
      { series: brokers, values: "3x9 2x19 3x70" },
    ],
    ...{ silent: 13, fires: 16, resolved: 31 },
    says: /^2 brokers are left in eu-west-1/,
    mutation: ["< meridian_kafka_brokers_planned", "> meridian_kafka_brokers_planned"],
  },
  KafkaUnderReplicated: {
    series: [
      answers,
      {
        series: `meridian_kafka_under_replicated_partitions{region="${west}",topic="orders"}`,
        values: "0x9 3x19 0x70",
      },
      {
        series: `meridian_kafka_under_replicated_partitions{region="${west}",topic="payments"}`,
        values: "0x9 1x19 0x70",
      },
    ],
    ...{ silent: 13, fires: 16, resolved: 31 },
    says: /^4 partitions in eu-west-1/,
    mutation: ["> 0", "> 4"],
  },
  StreamingMonitorDown: {
    series: [{ series: up, values: "1x9 _x20 1x70" }],
    // A sample counts for five minutes.
    ...{ silent: 17, fires: 21, resolved: 32 },
    says: /state of Kafka is unknown/,
    mutation: ["absent(meridian_kafka_up)", "absent(vector(1))"],
  },
  KafkaMirrorDown: {
    // Nothing is copied from minute 10 to minute 30.
    series: [
      answers,
      { series: mirrored("orders"), values: "0x10 60+60x18 0x70" },
      { series: mirrored("payments"), values: "0x100" },
    ],
    ...{ silent: 11, fires: 16, resolved: 32 },
    says: /If eu-west-1 is lost now, us-east-1 lacks its records of the last 6m .*copies nothing/,
    mutation: ["> 0.9", "> 1.1"],
  },
  KafkaMirrorLag: {
    // Slow, but it copies.
    series: [answers, { series: mirrored("orders"), values: "0x9 40x19 0x70" }],
    ...{ silent: 13, fires: 16, resolved: 31 },
    says: /of the last 40s\. The objective is 30 s/,
    mutation: [`> ${rpoSeconds}`, `> ${2 * rpoSeconds}`],
  },
  KafkaGroupLagGrows: {
    series: [
      answers,
      { series: group("orders"), values: "0x9 100+100x49 0x40" },
      { series: group("payments"), values: "0x100" },
    ],
    ...{ silent: 30, fires: 45, resolved: 62 },
    says: /group storefront in eu-west-1 is 3600 records late/,
    mutation: ["deriv(", "-deriv("],
  },
};

/** Courses without a fault that users notice. */
const harmless: readonly Series[] = [
  answers,
  { series: planned, values: "3x100" },
  { series: brokers, values: "3x100" },
  // A lag within the objective, one that is above for two minutes, and a group that catches up again and again.
  { series: mirrored("orders"), values: "20x100" },
  { series: mirrored("payments"), values: "0x9 45x2 0x88" },
  { series: group("orders"), values: "0 500 300 100 0 500 300 100 0 700 500 300 0 900 500 0x85" },
];

describe("alerts of Kafka", function () {
  this.timeout(120_000);
  const folder = makeFolder();
  const rules = streamingRules(rpoSeconds);
  const alerts = rules.rules.filter((rule): rule is AlertRule => "alert" in rule);

  before(async function () {
    await ensureTools(["promtool"], () => undefined).catch((error: Error) => {
      console.warn(`SKIPPED: tests of alerts. ${error.message}`);
      this.skip();
    });
  });
  after(() => folder.remove());

  /** Runs promtool on rules, and on tests of them if there are any. */
  function promtool(group: RuleGroup, tests?: readonly object[]) {
    const write = (name: string, content: object) => {
      const file = path.join(folder.dir, name);
      fs.writeFileSync(file, stringify(content, { aliasDuplicateObjects: false }));
      return file;
    };
    const file = write("rules.yaml", { groups: [prometheusGroup(group)] });
    const test = { rule_files: [file], evaluation_interval: "1m", tests };
    const args =
      tests === undefined
        ? ["check", "rules", "--lint-fatal", file]
        : ["test", "rules", write("tests.yaml", test)];
    return spawnSync(toolPath("promtool"), args, { encoding: "utf8" });
  }

  it("are rules that Prometheus accepts", () => {
    const { status, stdout, stderr } = promtool(rules);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`${rules.rules.length} rules found`));
  });

  it("each have a course of events here, and a runbook with three first steps", () => {
    assert.deepEqual(alerts.map(({ alert }) => alert).sort(), Object.keys(courses).sort());
    for (const { alert, annotations } of alerts) {
      const page = fs.readFileSync(path.join(repositoryRoot, annotations.runbook), "utf8");
      assert.ok(page.includes(`## ${alert}\n`), `${annotations.runbook} does not name ${alert}`);
      assert.match(page, /^1\. .*\n(?:.*\n)*?2\. .*\n(?:.*\n)*?3\. /m, annotations.runbook);
    }
  });

  for (const [name, course] of Object.entries(courses)) {
    it(`${name} waits, fires, says what users notice, and resolves`, () => {
      const { status, stdout, stderr } = promtool(rules, [testOf(name, course)]);
      assert.equal(status, 0, stdout + stderr);
      assert.match(summaryOf(name), course.says);
    });

    it(`${name}: a wrong rule fails the same test`, () => {
      const [from, to] = course.mutation;
      const wrong = rules.rules.map((rule) =>
        "alert" in rule && rule.alert === name
          ? { ...rule, expr: rule.expr.replace(from, to) }
          : rule,
      );
      assert.notDeepEqual(wrong, rules.rules);
      const { status, stdout, stderr } = promtool({ ...rules, rules: wrong }, [
        testOf(name, course),
      ]);
      assert.equal(status, 1, stdout);
      // Not a mistake in the mutation itself.
      assert.match(stdout + stderr, /exp:[^]*got:/);
    });
  }

  it("are silent while everything is well", () => {
    const expected = alerts.flatMap(({ alert }) =>
      [5, 12, 20, 60].map((minute) => expectation(alert, minute, [])),
    );
    const test = { interval: "1m", input_series: harmless, alert_rule_test: expected };
    const { status, stdout, stderr } = promtool(rules, [test]);
    assert.equal(status, 0, stdout + stderr);
  });

  /** promtool's test of a course. */
  function testOf(name: string, course: Course): object {
    const firing = [{ exp_labels: labelsOf(name), exp_annotations: annotationsOf(name) }];
    return {
      interval: "1m",
      input_series: course.series,
      alert_rule_test: [
        expectation(name, course.silent, []),
        expectation(name, course.fires, firing),
        expectation(name, course.resolved, []),
      ],
    };
  }

  function ruleOf(name: string): AlertRule {
    const found = alerts.find(({ alert }) => alert === name);
    assert.ok(found, name);
    return found;
  }

  const ofSeries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    KafkaMirrorDown: { region: east, source: west },
    KafkaMirrorLag: { region: east, source: west },
    KafkaGroupLagGrows: { region: west, group: "storefront" },
    StreamingMonitorDown: {},
  };

  function labelsOf(name: string) {
    return { ...ruleOf(name).labels, ...(ofSeries[name] ?? { region: west }) };
  }

  const values: Readonly<Record<string, string>> = {
    ...{ KafkaBrokerDown: "2", KafkaUnderReplicated: "4", KafkaMirrorDown: "6m 0s" },
    ...{ KafkaMirrorLag: "40s", KafkaGroupLagGrows: "3600" },
  };

  /** The summary as Prometheus fills it in. */
  function summaryOf(name: string): string {
    return ruleOf(name)
      .annotations.summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => {
        const labels: Readonly<Record<string, string>> = labelsOf(name);
        return labels[label] ?? "";
      })
      .replace(/\{\{ \$value[^}]*\}\}/, values[name] ?? "");
  }

  function annotationsOf(name: string) {
    return { ...ruleOf(name).annotations, summary: summaryOf(name) };
  }
});

function expectation(alertname: string, minute: number, alerts: readonly object[]): object {
  return { eval_time: `${minute}m`, alertname, exp_alerts: alerts };
}

/** A group as Prometheus' rule files have it. */
function prometheusGroup({ name, rules }: RuleGroup): object {
  return { name, interval: "1m", rules };
}
