import * as assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { platformStack, platformWorld } from "../../e2e/support/account";
import type { Configuration, World } from "../../support/aws/world";

const third = "ap-southeast-1";

/** What a preview would make. */
interface Planned {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The engine refuses to delete it. */
  readonly isProtected: boolean;
}

/**
 * Three regions with database and cache, as far as a preview tells. That such an environment comes up, is left alone by a second
 * run and goes is shown by staging (tests/e2e/long), what each resource is told by unit tests.
 */
describe("production, in a preview with the stand-in for AWS", function () {
  this.timeout(600_000);
  let world: World;
  let planned: readonly Planned[];

  before(async () => {
    world = await platformWorld("production");
    planned = await preview();
  });
  after(() => world?.destroy());

  /** A preview of all of it, with people signing on to Argo CD. */
  async function preview(change?: (config: Configuration) => void): Promise<Planned[]> {
    const stack = await platformStack(world, "production", (config) => {
      const sso = { issuer: "https://login.example.com/realm", clientId: "argocd" };
      const delivery = config["meridian:delivery"] as Record<string, unknown>;
      config["meridian:delivery"] = { ...delivery, sso };
      change?.(config);
    });
    const found: Planned[] = [];
    await stack.preview({
      onEvent: ({ resourcePreEvent }: EngineEvent) => {
        if (resourcePreEvent === undefined) return;
        const { op, urn, type, new: state } = resourcePreEvent.metadata;
        const isProtected = state?.protect === true;
        if (op === "create")
          found.push({ urn, type, name: urn.split("::").at(-1) ?? "", isProtected });
      },
    });
    return found;
  }

  const release = (config: Configuration) => {
    const { database } = config["meridian:aws"] as { database: Record<string, unknown> };
    database["release"] = [third];
  };

  it("makes three regions and a hub, with database, cache and a load balancer for Argo CD", () => {
    const count = (type: string) => planned.filter((one) => one.type === type).length;
    assert.equal(count("aws:eks/cluster:Cluster"), 4);
    // One for each region's gateway, Karmada's, and Argo CD's.
    assert.equal(count("aws:lb/loadBalancer:LoadBalancer"), 5);
    assert.equal(count("aws:rds/cluster:Cluster"), 3);
    assert.equal(count("aws:elasticache/replicationGroup:ReplicationGroup"), 3);
    assert.deepEqual(world.made(), []);
  });

  it("protects all that holds data, and nothing else", () => {
    const kept = new Set(planned.filter((one) => one.isProtected).map(({ type }) => type));
    assert.deepEqual([...kept].sort(), [
      "aws:ecr/repository:Repository",
      "aws:kms/key:Key",
      "aws:rds/cluster:Cluster",
      "aws:rds/globalCluster:GlobalCluster",
      "aws:s3/bucket:Bucket",
      "aws:secretsmanager/secret:Secret",
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
  });

  it("plans the same a second time; a region whose database is released loses its protection, no other does", async () => {
    const released = await preview(release);
    const urns = (all: readonly Planned[]) => all.map(({ urn }) => urn).sort();
    assert.deepEqual(urns(released), urns(planned));
    const open = new Set(released.filter((one) => !one.isProtected).map(({ urn }) => urn));
    const freed = planned.filter((one) => one.isProtected && open.has(one.urn));
    assert.ok(freed.some(({ type }) => type === "aws:rds/cluster:Cluster"));
    assert.deepEqual(
      freed.filter(({ name }) => !name.includes(third)),
      [],
    );
  });
});
