import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { applyObjects, connectionOf, kubeGet, kubePost } from "../../infra/kube/kube";
import { processStates } from "../../infra/providers/local/supervisor";
import { gateHost } from "../../infra/components/rollouts/manifests/awsRolloutGate";
import { canarySteps, gateTemplates } from "../../infra/components/rollouts/manifests/rollouts";
import type { Manifest } from "../../infra/manifests/types";
import { toolPath } from "../../toolchain";
import { flagsObject, gateObjects, statefulSet } from "../support/aws/gateObjects";
import { clusterInstance, createCluster } from "../support/aws/provider/clusters";
import type { StandInRollouts } from "../support/aws/rollouts";
import { World } from "../support/aws/world";
import { flagFile, percentageFlag } from "../support/flags";
import { eventually } from "./support/platform";

const region = "eu-west-1";
const name = "member";
const retired = percentageFlag("old", 100, { fallthrough: { variation: 0 } });

const flags = (percentage: number) => flagFile([retired, percentageFlag("new", percentage)]);

/** A cluster as EKS would give it: without an engine, which this is not about. */
async function makeCluster(world: World): Promise<void> {
  const type = "aws:eks/cluster:Cluster";
  const own = { type, name, id: name, region, account: "111111111111", inputs: { name } };
  await createCluster(world.dir, own, {});
}

/** The kinds as the chart brings them. */
function rolloutKinds(): Manifest[] {
  const dir = toolPath("argo-rollouts-crds");
  const files = fs.readdirSync(dir).filter((file) => file.endsWith(".yaml"));
  return files.map((file) => parse(fs.readFileSync(path.join(dir, file), "utf8")) as Manifest);
}

function rollout(app: string, flag: string): Manifest {
  const labels = { app };
  const containers = [{ name: app, image: "stand-in.invalid/none" }];
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name: app, namespace: "shop", annotations: { "meridian.dev/flag": flag } },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: { canary: { steps: canarySteps() } },
    },
  };
}

/** What Argo Rollouts makes of the gate's template before a weight. */
function analysis(weight: number): Manifest {
  const [template] = gateTemplates(`https://${gateHost}`);
  const spec = template?.spec as { args: readonly { name: string }[]; metrics: unknown };
  const values: Record<string, string> = { namespace: "shop", app: "catalog", flag: "new" };
  const given = { ...values, weight: `${weight}`, last: "false" };
  const args = spec.args.map((arg) =>
    arg.name in given ? { name: arg.name, value: given[arg.name as keyof typeof given] } : arg,
  );
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisRun",
    metadata: { name: `weight-${weight}`, namespace: "shop" },
    spec: { args, metrics: spec.metrics },
  };
}

interface AnalysisRun {
  readonly status?: {
    readonly phase?: string;
    readonly metricResults?: readonly {
      readonly inconclusive?: number;
      readonly measurements?: readonly { readonly message?: string }[];
    }[];
  };
}

describe("rollouts in the stand-in for AWS", function () {
  this.timeout(300_000);
  let world: World;
  let rollouts: StandInRollouts;

  before(async () => {
    world = await World.create("rollouts");
    await makeCluster(world);
    const { ca } = connectionOf(world.kubeconfig(region, name));
    const objects = await gateObjects(ca, flags(10));
    await apply(...rolloutKinds());
    await apply(...objects);
  });
  after(() => world?.destroy());

  const apply = (...objects: Manifest[]) => applyObjects(world.kubeconfig(region, name), objects);
  const get = <T>(url: string) => kubeGet<T>(world.kubeconfig(region, name), url);
  const inShop = <T>(kind: string, one: string) =>
    get<T>(`/apis/argoproj.io/v1alpha1/namespaces/shop/${kind}/${one}`);
  const phaseOf = async (weight: number) =>
    (await inShop<AnalysisRun>("analysisruns", `weight-${weight}`)).status;

  const pidOfGate = async () => {
    const states = await processStates(clusterInstance(world.dir, region, name));
    return states.find((one) => one.name === "rollout-gate")?.pid;
  };

  /** As an API server's administrator asks, once. */
  const create = (object: Manifest) =>
    kubePost(
      world.kubeconfig(region, name),
      "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts",
      object,
    );

  it("are refused while nobody stands at the gate's Service", async () => {
    await assert.rejects(create(rollout("catalog", "old")), /failed calling webhook/);
  });

  it("are admitted by a gate that the API server reaches by its Service", async () => {
    rollouts = await world.startRollouts(region, name);
    await create(rollout("catalog", "old"));
    // With the rights of its own account, and no other.
    await get("/api/v1/namespaces/shop/secrets/rollout-gate");
    await eventually("Argo Rollouts takes it out", 60, async () => {
      const { status } = await inShop<{ status?: { phase?: string } }>("rollouts", "catalog");
      return status?.phase === "Healthy";
    });
  });

  it("and refused by it in its own words", async () => {
    await assert.rejects(
      create(rollout("orders", "new")),
      /the gate of eu-west-1 cannot learn from the federation/,
    );
  });

  it("ask it by its name, and hear of flags that have changed", async () => {
    await apply(analysis(10), analysis(25));
    await eventually(
      "10 % is allowed",
      60,
      async () => (await phaseOf(10))?.phase === "Successful",
    );
    await eventually("25 % is held", 60, async () => {
      const status = await phaseOf(25);
      assert.notEqual(status?.phase, "Successful");
      return (status?.metricResults?.[0]?.inconclusive ?? 0) > 0;
    });
    await apply(flagsObject(flags(25)));
    await eventually(
      "25 % is allowed",
      60,
      async () => (await phaseOf(25))?.phase === "Successful",
    );
  });

  it("have a gate that starts anew with its pods, and goes and returns with its region", async () => {
    const before = await pidOfGate();
    await apply(statefulSet("2"));
    await rollouts.refresh();
    assert.notEqual(await pidOfGate(), before);
    await world.loseClusters(region);
    await assert.rejects(fetch(rollouts.gateUrl), /fetch failed/);
    await world.returnRegion(region);
    await eventually("it admits", 60, async () => {
      await create(rollout("again", "old"));
      return true;
    });
  });
});
