import * as assert from "node:assert/strict";
import * as http from "node:http";
import { tokenOf } from "../../../../../infra/components/rollouts/tokens";
import { PendingPolls } from "../../../../../services/rollout-gate/http/pendingPolls";
import { GateMetrics } from "../../../../../services/rollout-gate/http/metrics";
import { gateListener, type Route } from "../../../../../services/rollout-gate/http/server";
import type { KnownFlag } from "../../../../../services/rollout-gate/flags/types";
import { ask, closed, listening } from "../../../../support/http";
import { until } from "../../../../support/until";

const key = Buffer.alloc(32, 1);
const token = (namespace: string) => tokenOf(key, namespace);

describe("The rollout gate's server", () => {
  let server: http.Server;
  let port: number;
  let states: Record<string, KnownFlag>;
  let fresh: boolean;
  let missing: string[];
  let change: () => void;
  let kept: PendingPolls;

  beforeEach(async () => {
    fresh = true;
    missing = [];
    states = {
      shop: {
        state: { kind: "on", percentage: 25 },
        fresh: true,
        reason: "the default rule: 25 %",
      },
      blog: { state: { kind: "off" }, fresh: false, reason: "blog is off" },
      docs: { state: { kind: "retired" }, fresh: true, reason: "everybody" },
      odd: { state: undefined, fresh: true, reason: "odd is not a boolean flag" },
    };
    const flags = {
      known: (flag: string) =>
        states[flag] ?? { state: undefined, fresh: true, reason: `there is no flag ${flag}` },
      all: () => states,
      onChange: (heard: () => void) => {
        change = heard;
        return () => undefined;
      },
    };
    kept = new PendingPolls(flags, 5);
    const metrics = new GateMetrics({
      region: "eu-west-1",
      source: { hearing: () => ({ fresh, reason: "" }), silentSeconds: () => 1.5 },
      kept,
      all: flags.all,
    });
    metrics.mismatch("odd");
    const admit: Route = (request, response) => {
      response.writeHead(202).end(`${request.method} ${request.url}`);
    };
    const fails: Route = () => Promise.reject(new Error("a secret"));
    server = http.createServer(
      gateListener({
        region: "eu-west-1",
        flags,
        tokenOf: token,
        metrics,
        kept,
        missing: () => missing,
        routes: { "POST /v1/admit": admit, "GET /v1/fails": fails },
      }),
    );
    port = await listening(server);
  });
  afterEach(() => closed(server));

  const call = async (path: string, bearer?: string, method = "GET") => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const { status, headers: got, text } = await ask({ port, path, method, headers });
    const json = got["content-type"] === "application/json";
    return { status, body: json ? (JSON.parse(text) as unknown) : text };
  };
  const question = (other: Readonly<Record<string, string>> = {}) =>
    `/v1/verdict?${new URLSearchParams({
      ...{ namespace: "apps", app: "shop", flag: "shop", weight: "25", last: "false" },
      ...other,
    }).toString()}`;
  const verdict = async (other: Readonly<Record<string, string>> = {}) => {
    const { status, body } = await call(question(other), token("apps"));
    assert.equal(status, 200);
    return body as { verdict: string; percentage: number | null };
  };

  it("gives the verdict with all that it rests on", async () => {
    assert.deepEqual(await verdict(), {
      verdict: "allowed",
      allowed: true,
      killed: false,
      flag: "shop",
      region: "eu-west-1",
      weight: 25,
      percentage: 25,
      reason: "the default rule: 25 %",
    });
    assert.deepEqual(await verdict({ flag: "blog" }), {
      verdict: "killed",
      allowed: false,
      killed: true,
      flag: "blog",
      region: "eu-west-1",
      weight: 25,
      percentage: 0,
      reason: "blog is off",
    });
  });

  it("holds what is above the percentage, the last gate until it is retired, and what it does not know", async () => {
    assert.equal((await verdict({ weight: "50" })).verdict, "hold");
    assert.equal((await verdict({ last: "true" })).verdict, "hold");
    const retired = await verdict({ flag: "docs", weight: "100", last: "true" });
    assert.deepEqual([retired.verdict, retired.percentage], ["allowed", 100]);
    const unknown = await verdict({ flag: "nobody" });
    assert.deepEqual([unknown.verdict, unknown.percentage], ["hold", null]);
  });

  it("keeps a question until its answer is news, as long as it is told to", async () => {
    const asked = verdict({ weight: "50", keep: "60" });
    await until("it is kept", () => kept.count === 1);
    const { body } = await call("/metrics");
    assert.match(String(body), /^meridian_gate_questions_kept\{region="eu-west-1"\} 1$/m);
    states["shop"] = { state: { kind: "on", percentage: 50 }, fresh: true, reason: "risen" };
    change();
    const { verdict: given, percentage } = await asked;
    assert.deepEqual([given, percentage, kept.count], ["allowed", 50, 0]);
    assert.equal((await verdict({ weight: "51", keep: "1" })).verdict, "hold");
  });

  it("keeps whoever asks whether the flag is off until it is", async () => {
    const asked = verdict({ weight: "0", keep: "60" });
    await until("it is kept", () => kept.count === 1);
    states["shop"] = { state: { kind: "off" }, fresh: true, reason: "off" };
    change();
    assert.equal((await asked).verdict, "killed");
  });

  it("keeps nothing for who has gone", async () => {
    const options = { port, path: question({ weight: "50", keep: "60" }) };
    const headers = { authorization: `Bearer ${token("apps")}` };
    const request = http.get({ ...options, headers }).on("error", () => undefined);
    await until("it is kept", () => kept.count === 1);
    request.destroy();
    await until("it is dropped", () => kept.count === 0);
  });

  it("names every mistake in a question", async () => {
    const bad =
      "/v1/verdict?namespace=apps&app=Shop&weight=25.5&last=yes&last=no&keep=61&colour=blue";
    assert.deepEqual(await call(bad, token("apps")), {
      status: 400,
      body: {
        diagnostics: [
          'app: "Shop"; expected the name of a Rollout',
          "flag: missing; expected the key of a flag (letters, digits, . _ -), or nothing",
          'weight: "25.5"; expected a whole percentage, 0 to 100',
          'last: "yes", "no"; expected true or false',
          'keep: "61"; expected whole seconds, 0 to 60, or nothing',
          '"colour": there is no such parameter',
        ],
      },
    });
    for (const weight of ["-1", "101", "", "1e1", "025", "NaN"])
      assert.equal((await call(question({ weight }), token("apps"))).status, 400, weight);
    assert.equal((await call(question({ namespace: "no/name" }), token("apps"))).status, 400);
    assert.equal((await call("/v1/verdict", token("apps"))).status, 400);
  });

  it("answers nobody without the token of that namespace", async () => {
    const refused = { status: 401, body: { error: "this needs the token of its namespace" } };
    assert.deepEqual(await call(question()), refused);
    assert.deepEqual(await call("/v1/verdict"), refused);
    for (const bearer of [token("others"), token("meridian"), "x", token("apps").toUpperCase()])
      assert.deepEqual(await call(question(), bearer), refused);
    assert.deepEqual(await call(question({ namespace: "others" }), token("apps")), refused);
    assert.deepEqual(await call("/v1/flags"), refused);
    assert.deepEqual(await call("/v1/flags", token("apps")), refused);
  });

  it("shows all flags to the platform", async () => {
    const { status, body } = await call("/v1/flags", token("meridian"));
    assert.equal(status, 200);
    const shown = JSON.parse(JSON.stringify(states)) as unknown;
    assert.deepEqual(body, { region: "eu-west-1", flags: shown });
  });

  it("says that it lives, and whether it may be asked", async () => {
    assert.equal((await call("/healthz")).status, 200);
    assert.deepEqual(await call("/readyz"), {
      status: 200,
      body: { region: "eu-west-1", missing: [] },
    });
    missing = ["nothing has been heard yet"];
    assert.equal((await call("/readyz")).status, 503);
    assert.equal((await call("/healthz")).status, 200);
  });

  it("hands other paths to whoever brought them, and knows no more", async () => {
    assert.deepEqual(await call("/v1/admit?timeout=5s", undefined, "POST"), {
      status: 202,
      body: "POST /v1/admit?timeout=5s",
    });
    const nothing = { status: 404, body: { error: "there is nothing here" } };
    for (const path of ["/v1/admit", "/", "/v1/verdict/", "/constructor"])
      assert.deepEqual(await call(path), nothing, path);
    assert.deepEqual(await call(question(), token("apps"), "POST"), nothing);
    const failed = { status: 500, body: { error: "the gate failed to answer" } };
    assert.deepEqual(await call("/v1/fails"), failed);
  });

  it("counts what it says, and tells how far flags are", async () => {
    await verdict();
    await verdict({ flag: "blog" });
    await call(question());
    fresh = false;
    const { body } = await call("/metrics");
    const lines = String(body).split("\n");
    for (const line of [
      'meridian_gate_verdicts_total{verdict="allowed",region="eu-west-1"} 1',
      'meridian_gate_verdicts_total{verdict="hold",region="eu-west-1"} 0',
      'meridian_gate_verdicts_total{verdict="killed",region="eu-west-1"} 1',
      'meridian_gate_refusals_total{code="401",region="eu-west-1"} 1',
      'meridian_gate_cross_check_mismatches_total{flag="odd",region="eu-west-1"} 1',
      'meridian_gate_flags_fresh{region="eu-west-1"} 0',
      'meridian_gate_flags_last_heard_seconds{region="eu-west-1"} 1.5',
      'meridian_gate_flag_percentage{flag="shop",region="eu-west-1"} 25',
      'meridian_gate_flag_percentage{flag="blog",region="eu-west-1"} 0',
      'meridian_gate_flag_percentage{flag="docs",region="eu-west-1"} 100',
    ])
      assert.ok(lines.includes(line), line);
    assert.ok(!String(body).includes('flag_percentage{flag="odd"'));
  });
});
