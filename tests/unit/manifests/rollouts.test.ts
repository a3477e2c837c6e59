import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import {
  controllerFlags,
  gateTemplates,
} from "../../../infra/components/rollouts/manifests/rollouts";
import { longPollSeconds, maxPendingPolls } from "../../../infra/components/rollouts/longPoll";
import { readQuestion } from "../../../services/rollout-gate/http/question";

interface Metric {
  readonly interval: string;
  readonly provider: { readonly web: { readonly url: string; readonly timeoutSeconds: number } };
}

const metrics = gateTemplates("https://gate.test").map((template) => {
  const { metrics } = (template as unknown as { spec: { metrics: Metric[] } }).spec;
  assert.equal(metrics.length, 1);
  return metrics[0] as Metric;
});
const values: Readonly<Record<string, string>> = {
  ...{ namespace: "orders", app: "orders", flag: "", weight: "25", last: "false" },
};

describe("How a rollout asks its gate", () => {
  it("in words that the gate understands, to be kept for as long as was decided", () => {
    for (const { provider } of metrics) {
      const url = new URL(
        provider.web.url.replace(/\{\{args\.(\w+)\}\}/g, (_, arg: string) => values[arg] ?? ""),
      );
      assert.equal(url.origin + url.pathname, "https://gate.test/v1/verdict");
      const parsed = readQuestion(url.searchParams);
      assert.ok("question" in parsed, JSON.stringify(parsed));
      assert.equal(parsed.question.keep, longPollSeconds);
    }
    assert.equal(metrics.length, 2);
  });

  it("in whole seconds, as Argo Rollouts asks without end in the second half of each otherwise", () => {
    for (const { interval } of metrics) assert.match(interval, /^[1-9]\d*s$/);
  });

  it("waits longer for an answer than the gate keeps the question", () => {
    for (const { provider } of metrics)
      assert.ok(
        provider.web.timeoutSeconds >= longPollSeconds + 5,
        `${provider.web.timeoutSeconds}`,
      );
  });

  it("with a thread for every question that is kept, by whichever gate, and some beside", () => {
    const threads = controllerFlags.flatMap(
      (flag) => /^--analysis-threads=(\d+)$/.exec(flag) ?? [],
    );
    assert.ok(Number(threads[1]) > 2 * maxPendingPolls, threads[0]);
  });

  it("has the canary's pods end soon after off: 0 would keep them, and until then its Service is turned to and fro", () => {
    const file = path.join(repositoryRoot, "apps/_platform/rollout/rollout.yaml");
    const { patch } = parse(fs.readFileSync(file, "utf8")) as { patch: string };
    const operations = parse(patch) as { path: string; value: unknown }[];
    const strategy = operations.find((one) => one.path === "/spec/strategy")?.value;
    const { canary } = strategy as { canary: Record<string, number> };
    const { abortScaleDownDelaySeconds = 30, scaleDownDelaySeconds = 30 } = canary;
    assert.ok(abortScaleDownDelaySeconds > 0);
    assert.ok(abortScaleDownDelaySeconds <= scaleDownDelaySeconds && scaleDownDelaySeconds <= 5);
  });
});
