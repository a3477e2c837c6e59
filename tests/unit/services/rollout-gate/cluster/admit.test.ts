import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { PatchOperation } from "../../../../../infra/components/rollouts/admission";
import type { FlagState } from "../../../../../infra/components/rollouts/verdict";
import type { PodTemplate, RolloutObject } from "../../../../../infra/components/rollouts/object";
import { plainTemplate } from "../../../../../infra/components/rollouts/templates";
import { admitRoutes } from "../../../../../services/rollout-gate/cluster/admitRoute";
import { clientsOf } from "../../../../../services/rollout-gate/cluster/clients";
import { GateWorld, secretPath, stablePath } from "../../../../support/gateWorld";
import { ask, closed, listening } from "../../../../support/http";
import { applyJsonPatch } from "../../../../support/jsonPatch";
import { knownAs, rolloutOf, storedTemplateOf, templateOf } from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const wantedKey = "meridian.dev/wanted-template";
const path = "/v1/admit/token-of-admission.gate.meridian.dev";

interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: string;
  readonly patch?: string;
  readonly status?: { readonly code: number; readonly message: string };
}

/** As Karmada creates it in a region: v2, without a status. */
function created(region = "us-east-1"): RolloutObject {
  const { metadata, spec } = rolloutOf();
  return { metadata, spec: { ...spec, template: templateOf("v2", region) } };
}

const said = (version: string, region: string) =>
  JSON.stringify({
    hash: version,
    template: plainTemplate(storedTemplateOf(version, region)),
    at: "2026-01-01T00:00:00.000Z",
  });

describe("Admission of Rollouts", () => {
  let world: GateWorld;
  let server: http.Server;
  let port: number;

  beforeEach(async () => {
    world = await GateWorld.open();
    const { config, flags, tokenOf } = world;
    const log = (line: string) => world.log.push(line);
    const [clients, region] = [clientsOf(config), config.region.name];
    const routes = admitRoutes({ clients, region, flags, tokenOf, log });
    server = http.createServer((request, response) => {
      const line = `${request.method} ${(request.url ?? "").replace(/\?.*/, "")}`;
      const route = routes[line];
      if (route === undefined) response.writeHead(404).end();
      else route(request, response);
    });
    port = await listening(server);
  });
  afterEach(async () => {
    await closed(server);
    await world.close();
  });

  const post = (body: unknown, to = `${path}?timeout=10s`) =>
    ask({ port, method: "POST", path: to }, typeof body === "string" ? body : JSON.stringify(body));
  const review = (request: object) => ({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "u-1",
      operation: "CREATE",
      namespace: "shop",
      resource: { group: "argoproj.io", version: "v1alpha1", resource: "rollouts" },
      ...request,
    },
  });
  const decide = async (request: object): Promise<ReviewResponse> => {
    const { status, text } = await post(review(request));
    assert.equal(status, 200, text);
    const answer = JSON.parse(text) as {
      apiVersion: string;
      kind: string;
      response: ReviewResponse;
    };
    assert.deepEqual([answer.apiVersion, answer.kind], ["admission.k8s.io/v1", "AdmissionReview"]);
    assert.equal(answer.response.uid, "u-1");
    return answer.response;
  };
  const patchOf = ({ allowed, patch, patchType }: ReviewResponse): PatchOperation[] => {
    assert.ok(allowed);
    assert.equal(patchType, patch === undefined ? undefined : "JSONPatch");
    const text = Buffer.from(patch ?? "", "base64").toString();
    return patch === undefined ? [] : (JSON.parse(text) as PatchOperation[]);
  };
  const others = (data: Record<string, string>) =>
    world.federation.put(stablePath, { metadata: { name: "rollout-gate-orders" }, data });
  const flagIs = (state: FlagState | undefined, fresh = true) =>
    world.flags.set("orders", knownAs(state, fresh));

  it("gives a new Rollout the version that the others run, in the region's own words, and its token first", async () => {
    others({
      "eu-west-1": said("v1", "eu-west-1"),
      "ap-southeast-1": said("v1", "ap-southeast-1"),
    });
    const patch = patchOf(await decide({ object: created() }));
    const { metadata, spec } = applyJsonPatch(created(), patch);
    assert.deepEqual(spec?.template, {
      ...storedTemplateOf("v1"),
      metadata: templateOf("v1", "us-east-1").metadata,
    });
    assert.equal(metadata.annotations?.[wantedKey], JSON.stringify(templateOf("v2", "us-east-1")));
    assert.ok(world.secret()?.["token"]);
    assert.deepEqual(world.log, [
      "shop/orders: created with the version that the other regions run",
    ]);
  });

  it("leaves it alone when nobody runs another version, the flag is retired, or none gates it", async () => {
    const unchanged = async (object: RolloutObject) =>
      assert.deepEqual(patchOf(await decide({ object })), []);
    await unchanged(created());
    others({ "eu-west-1": said("v2", "eu-west-1") });
    await unchanged(created());
    others({ "eu-west-1": said("v1", "eu-west-1") });
    await unchanged({ ...created(), spec: { template: templateOf("v2") } });
    flagIs({ kind: "retired" });
    await world.federation.leave();
    await unchanged(created());
    assert.deepEqual(world.log, []);
  });

  it("refuses it when the federation cannot be asked, and says what happens then", async () => {
    const refused = async () => {
      const { allowed, status } = await decide({ object: created() });
      assert.deepEqual([allowed, status?.code], [false, 503]);
      return status?.message ?? "";
    };
    world.federation.fail = () => 500;
    assert.match(
      await refused(),
      /^Rollout orders is not created yet: the gate of eu-west-1 cannot learn .* and flag orders is not retired \(GET .*: 500 .*Karmada tries again/,
    );
    world.federation.fail = () => undefined;
    others({ "eu-west-1": "{", "us-east-1": "null" });
    assert.match(await refused(), /cannot be read/);
    others({ "eu-west-1": said("v1", "eu-west-1") });
    await world.federation.leave();
    assert.match(await refused(), /ECONNREFUSED/);
    // What was retired when last heard is not known to be.
    flagIs({ kind: "retired" }, false);
    await refused();
    flagIs(undefined);
    await refused();
    assert.equal(world.log.length, 5);
  });

  it("refuses it when its analyses would not find their token", async () => {
    flagIs({ kind: "retired" });
    world.region.fail = ({ method }) => (method === "POST" ? 500 : undefined);
    const { allowed, status } = await decide({ object: created() });
    assert.equal(allowed, false);
    assert.match(status?.message ?? "", /cannot write its token into shop/);
  });

  it("writes nothing when it is only tried out", async () => {
    others({ "eu-west-1": said("v1", "eu-west-1") });
    assert.equal(patchOf(await decide({ object: created(), dryRun: true })).length, 3);
    assert.deepEqual(world.region.changes, []);
  });

  it("keeps the first version while that is not stable yet, whoever writes", async () => {
    const annotations = { [wantedKey]: JSON.stringify(templateOf("v2")) };
    const withTemplate = (template: PodTemplate, stableRS: string) => ({
      ...rolloutOf({ stableRS }, annotations),
      spec: { template },
    });
    const change = async (stableRS: string) => {
      const [oldObject, object] = [templateOf("v1"), templateOf("v3")].map((template) =>
        withTemplate(template, stableRS),
      );
      assert.ok(object);
      return applyJsonPatch(
        object,
        patchOf(await decide({ operation: "UPDATE", object, oldObject })),
      );
    };
    const early = await change("");
    assert.deepEqual(early.spec.template, templateOf("v1"));
    assert.equal(early.metadata.annotations?.[wantedKey], JSON.stringify(templateOf("v3")));
    const late = await change("v1");
    assert.deepEqual([late.spec.template, late.metadata.annotations], [templateOf("v3"), {}]);
    assert.deepEqual(patchOf(await decide({ operation: "DELETE", object: created() })), []);
    assert.deepEqual(world.federation.asked, []);
  });

  it("is for those who know its path", async () => {
    const good = review({ object: created() });
    const to = (token: string) => post(good, `/v1/admit?token=${token}`);
    assert.equal((await to(path.slice("/v1/admit/".length))).status, 200);
    const before = world.region.asked.length;
    for (const token of ["", "wrong", "token-of-shop"])
      assert.equal((await to(token)).status, 401, token);
    assert.equal((await post(good, "/v1/admit")).status, 401);
    assert.equal((await post(good, "/v1/admit/wrong")).status, 404);
    assert.equal(world.region.asked.length, before);
  });

  it("says no to what is no review of a Rollout, and keeps names in their place", async () => {
    const pods = { resource: { resource: "pods" }, object: created() };
    const broken = [
      "",
      "{",
      "null",
      "{}",
      " ".repeat(9 << 20),
      review({}),
      review({ object: {} }),
      review({ object: { metadata: {} } }),
      review({ object: created(), uid: 7 }),
      review({ object: created(), namespace: undefined }),
      review(pods),
    ];
    for (const one of broken) assert.equal((await post(one)).status, 400);
    assert.deepEqual(world.region.asked, []);
    await decide({ object: created(), namespace: "../../../apis" });
    assert.ok(world.region.asked.length > 0);
    for (const line of [...world.region.asked, ...world.federation.asked])
      assert.match(line, / \/api\/v1\/namespaces\/\.\.%2F\.\.%2F\.\.%2Fapis\//);
    const { name: _, ...metadata } = created().metadata;
    assert.ok(_);
    await decide({ object: { ...created(), metadata: { ...metadata, generateName: "orders-" } } });
  });

  it("and the gate beside it bring a region that returns empty back by the version of the others", async () => {
    others({ "us-east-1": said("v1", "us-east-1") });
    world.start();
    const object = created("eu-west-1");
    world.put(applyJsonPatch(object, patchOf(await decide({ object }))));
    await until("it says so", () => world.mark()?.phase === "waiting");
    assert.ok(world.region.get(secretPath));
    // Argo Rollouts takes the first version for the stable one, and it becomes healthy.
    world.putReplicaSet("v1");
    const healthy = { stableRS: "v1", currentPodHash: "v1", phase: "Healthy" };
    const rollout = world.rollout();
    assert.ok(rollout);
    const observedGeneration = `${rollout.metadata.generation}`;
    world.put({ ...rollout, status: { ...healthy, observedGeneration } });
    await until("it is what it was to be", () => {
      const { metadata, spec } = world.rollout() ?? {};
      const image = JSON.stringify(spec?.template?.["spec"]);
      return image.includes("orders:v2") && metadata?.annotations?.[wantedKey] === undefined;
    });
    assert.deepEqual(world.rollout()?.spec?.template, templateOf("v2", "eu-west-1"));
    await until("it is told", () => world.said()["eu-west-1"] !== undefined);
    assert.equal(world.region.changes.filter(({ path }) => path.endsWith("/status")).length, 0);
  });
});
