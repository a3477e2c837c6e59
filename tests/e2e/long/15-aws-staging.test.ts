import * as assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { kubeDelete } from "../../../infra/kube/kube";
import {
  type FlagChange,
  retire,
  setPercentage,
  switchOff,
} from "../../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../../infra/components/rollouts/flags";
import { charts } from "../../../infra/plan/charts";
import { settleStack } from "../../../cli/aws/stack";
import type { World } from "../../support/aws/world";
import { printed } from "../../support/printed";
import { deleteWhatIsTold, doneIn, orphans, stateOf, Steps } from "../support/account";
import { makeLoadBalancer, removeLoadBalancer } from "../support/controller";
import { killEngine } from "../support/killTree";
import { assertInOrder, assertUntouched } from "../support/regionSteps";
import { eventually } from "../support/platform";
import type { Binding, Named, Staging, TraefikValues } from "../support/staging";
import { stagingUp } from "../support/stagingStory";

const home = "eu-west-1";
const other = "us-east-1";
const third = "ap-southeast-1";
const hub = `hub-${home}`;
const two = [home, other];
const three = [...two, third];
const eks = "aws:eks/cluster:Cluster";
const targetGroup = "aws:lb/targetGroup:TargetGroup";

describe("staging, with a stand-in for AWS", function () {
  this.timeout(600_000);
  this.bail(true);
  let staging: Staging;
  let world: World;
  let stack: Stack;

  before(async () => {
    staging = await stagingUp();
    ({ world } = staging);
    staging.setRegions(two);
  });

  /** Runs the engine on these regions, and gives its steps. */
  const up = async (regions: readonly string[], steps = new Steps()): Promise<Steps> => {
    staging.setRegions(regions);
    stack = await staging.stack();
    await stack.up({ onEvent: steps.see });
    return steps;
  };

  /** What a person runs after a run that was killed. */
  const settle = () => printed(() => settleStack(stack, "staging"));

  describe("has in its clusters", () => {
    it("the pools of nodes, the gateway and its way to the load balancer", async () => {
      for (const region of two) {
        const pools = await staging.names(region, "/apis/karpenter.sh/v1/nodepools");
        assert.deepEqual(pools, ["on-demand"]);
        const values = await staging.chartValues<TraefikValues>(region, "traefik", "traefik");
        assert.equal(values.service.spec.type, "ClusterIP");
        assert.equal(values.ports.web.forwardedHeaders.trustedIPs.length, 3);
        const url = "/apis/eks.amazonaws.com/v1/namespaces/traefik/targetgroupbindings/traefik";
        const { spec } = await staging.get<Binding>(region, url);
        const group = world
          .made()
          .find(
            ({ type, properties }) =>
              type === targetGroup && properties["arn"] === spec.targetGroupARN,
          );
        assert.equal(group?.region, region);
      }
      assert.deepEqual(await staging.names(hub, "/apis/karpenter.sh/v1/nodepools"), ["on-demand"]);
    });

    it("a federation in which every region is ready, with its policies", async () => {
      assert.deepEqual(await staging.readyMembers(), [...two].sort());
      const url = "/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies";
      const { items } = await staging.inFederation<{ items: Named[] }>(url);
      const policies = items.map(({ metadata }) => metadata.name);
      for (const name of ["meridian-divided", "meridian-everywhere"])
        assert.ok(policies.includes(name), policies.join());
    });

    it("every chart in the version that is written down, fetched from nowhere else", () => {
      const fetched = new Set(world.fetchedCharts);
      // Staging has no Kafka.
      const { strimzi, ...used } = charts;
      const pinned = Object.values(used).map(({ name, version }) => `${name}-${version}.tgz`);
      assert.ok(!pinned.some((file) => file.startsWith(strimzi.name)));
      assert.deepEqual([...fetched].map((file) => file.split("/").at(-1)).sort(), pinned.sort());
    });
  });

  describe("is delivered to", () => {
    before(async () => {
      for (const region of two) await staging.startRollouts(region);
    });

    it("by Argo CD, which makes the apps from the repository and divides them over the regions", async () => {
      await world.startDelivery(home, `meridian-staging-${hub}`);
      await eventually("all is synced and healthy", 180, async () => {
        const all = await staging.applications(hub);
        return (
          all.length === 4 &&
          all.every(
            ({ status }) =>
              status?.sync?.status === "Synced" && status.health?.status === "Healthy",
          )
        );
      });
      assert.deepEqual(await staging.replicas("storefront", two), [3, 3]);
      for (const app of ["catalog", "orders"]) {
        const ready = await staging.replicas(app, two);
        assert.deepEqual([...ready].sort(), [1, 2], app);
      }
    });
  });

  describe("takes a version out by its flag", () => {
    const app = "catalog";
    const base = `apps/${app}/base/kustomization.yaml`;
    const reach = (percent: number) =>
      eventually(`both regions give the new version ${percent} %`, 120, async () => {
        const weights = await Promise.all(two.map((region) => staging.canaryWeight(app, region)));
        return weights.every((weight) => weight === percent);
      });
    const flag = async (change: (flag: Flag) => FlagChange[]) => {
      await staging.editFlag(app, change);
      await up(two);
    };

    it("as far as it goes when the program has run, and no further", async () => {
      await flag((of) => setPercentage(of, 25));
      staging.change(base, (text) => text.replace("=Catalog", "=Catalog 2"));
      await reach(25);
    });

    it("and regions tell each other which version they come from", async () => {
      assert.deepEqual(await staging.sayStable(app), [...two].sort());
    });

    it("back to nobody when it is off", async () => {
      await flag(switchOff);
      await reach(0);
    });

    it("to everybody when it is retired", async () => {
      await flag(retire);
      await eventually("all pods are of the new version", 120, async () => {
        const all = await Promise.all(two.map((region) => staging.rollout(app, region)));
        return all.every(({ status }) => status?.stableRS === status?.currentPodHash);
      });
    });
  });

  describe("grows by a region, and shrinks", () => {
    const steps = new Steps();

    it("after an engine that was killed, a provider that was killed and a refusal of AWS", async () => {
      const killed = up(three, steps);
      void killed.catch(() => {});
      await eventually("its cluster is being made", 180, () => {
        const begun = world
          .log()
          .filter(
            ({ op, type, name, preview }) =>
              op === "create" && type === eks && name === third && preview !== true,
          );
        return Promise.resolve(begun.length > 0);
      });
      assert.equal(killEngine("up"), true);
      await assert.rejects(killed);
      await stack.cancel();
      const begun = (await stateOf(stack)).pending_operations ?? [];
      assert.ok(begun.length > 0);
      await deleteWhatIsTold(world, stack, await settle());

      const listener = "aws:lb/listener:Listener";
      world.addFault({ type: listener, op: "create", nth: 1, action: "kill-before" });
      await assert.rejects(up(three, steps));
      const refused = { op: "create", nth: 1, action: "fail" } as const;
      world.addFault({ type: "aws:eks/accessEntry:AccessEntry", ...refused });
      await assert.rejects(up(three, steps));
      await settle();
      await Promise.all([up(three, steps), staging.startRollouts(third)]);
      assert.deepEqual(await orphans(world, stack), []);
    });

    it("without a touch on the others, but where they are told of it", async () => {
      assertUntouched(steps.ended, third, "create");
      assert.deepEqual(await staging.readyMembers(), [...three].sort());
      await eventually("the new region has its share", 90, async () => {
        return (await staging.replicas("storefront", three)).join() === "2,2,2";
      });
    });

    it("once: a further run changes nothing", async () => {
      const before = world.log().length;
      const { summary } = await stack.up();
      assert.deepEqual({ ...summary.resourceChanges, same: 0 }, { same: 0, read: 1 });
      assert.deepEqual(doneIn(world, before), []);
    });

    // terraform-aws-eks-blueprints #1114, pulumi-eks #1226.
    it("in the order in which it stands on each other, after what its controllers made", async () => {
      const kubeconfig = staging.kubeconfig(third);
      await makeLoadBalancer(kubeconfig);
      const removed = removeLoadBalancer(kubeconfig);
      removed.catch(() => {});
      const from = world.log().length;
      const steps = await up(two);
      assertUntouched(steps.ended, third, "delete");
      assertInOrder(steps, [
        `delete meridian:index:Membership ${third}`,
        `delete meridian:index:Clearance ${third}`,
        `delete ${eks} ${third}`,
        `delete aws:ec2/subnet:Subnet ${third}-private-a`,
        `delete aws:ec2/vpc:Vpc ${third}-vpc`,
      ]);
      assertInOrder(steps, [
        `delete aws:lb/loadBalancer:LoadBalancer ${third}-edge`,
        `delete aws:ec2/subnet:Subnet ${third}-public-a`,
        `delete aws:ec2/vpc:Vpc ${third}-vpc`,
      ]);
      assertInOrder(steps, [
        `delete aws:ec2/natGateway:NatGateway ${third}-nat-a`,
        `delete aws:ec2/eip:Eip ${third}-nat-a`,
        `delete aws:ec2/internetGateway:InternetGateway ${third}-internet`,
        `delete aws:ec2/vpc:Vpc ${third}-vpc`,
      ]);
      const begun = world
        .log()
        .slice(from)
        .find(({ op, type }) => `${op} ${type}` === `delete ${eks}`);
      assert.ok((await removed) < (begun?.time ?? ""), "the cluster went first");
      assert.deepEqual(
        world.made().filter(({ region }) => region === third),
        [],
      );
      assert.deepEqual(await staging.readyMembers(), [...two].sort());
      assert.deepEqual(await staging.replicas("storefront", two), [3, 3]);
    });
  });

  describe("loses a region", () => {
    // pulumi-kubernetes #950.
    it("and a run beside its dead cluster neither hangs nor fails", async () => {
      await world.loseClusters(other);
      const { summary } = await stack.up();
      assert.equal(summary.result, "succeeded");
    });

    it("and a refresh fails rather than take silence for absence", async () => {
      const known = (await stateOf(stack)).resources?.length;
      await assert.rejects(stack.refresh(), /unreachable/);
      assert.equal((await stateOf(stack)).resources?.length, known);
    });

    // argo-cd #4198: what is delivered goes to the federation, which is there.
    it("and an Application can be deleted all the same", async () => {
      const url = staging.applicationPath("orders");
      const { uid } = (await staging.get<Named>(hub, url)).metadata;
      await kubeDelete(staging.kubeconfig(hub), url);
      await eventually("another has taken its place", 90, async () => {
        return (await staging.get<Named>(hub, url)).metadata.uid !== uid;
      });
    });

    it("and goes on without it, once it is out of the state", async () => {
      await world.loseRegion(other);
      staging.setRegions([home]);
      assert.match(
        await staging.user.must("forget", "staging", other, "--yes"),
        /Out of the state, untouched in AWS: \d+ resources of us-east-1.*us-east-1 is out of the state\. Now run `npx meridian up staging`/s,
      );
      await up([home]);
      assert.deepEqual(await staging.readyMembers(), [home]);
      await eventually("the rest has taken over", 120, async () => {
        return (await staging.replicas("storefront", [home])).join() === "6";
      });
    });
  });

  describe("goes", () => {
    it("and leaves nothing but what was in the region that is lost", async () => {
      await world.stopDelivery();
      const output = await staging.user.must("destroy", "staging", "--yes");
      assert.match(output, /✔ Taking down: \d+ deleted/);
      assert.match(output, /staging is down\. The bucket and the key of the state stay\./);
      assert.deepEqual((await stateOf(stack)).resources ?? [], []);
      assert.deepEqual(
        world.made().filter(({ region }) => region !== other),
        [],
      );
    });
  });
});
