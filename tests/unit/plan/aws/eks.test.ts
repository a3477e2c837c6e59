import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  eksVersionDiagnostic,
  eksVersionWarnings,
  eksVersions,
  eksVersionsAsOf,
  isInExtendedSupport,
} from "../../../../infra/catalog/eksVersions";
import { minorOf } from "../../../../infra/catalog/versions";
import { isAmong, isProtected, planCluster } from "../../../../infra/providers/aws/cluster/eks";
import { planAws } from "../../../../infra/providers/aws/plan";
import { awsPlanOf } from "../../../support/aws/plan";
import { awsPlan } from "./clusterSample";

const day = 86_400_000;

describe("EKS versions", () => {
  it("are all served on the day of the table, oldest first, each minor once", () => {
    assert.match(eksVersionsAsOf, /^\d{4}-\d{2}-\d{2}$/);
    for (const { version, standardSupportEnds, extendedSupportEnds } of eksVersions) {
      assert.ok(Date.parse(extendedSupportEnds) > Date.parse(eksVersionsAsOf), version);
      const extended = Date.parse(extendedSupportEnds) - Date.parse(standardSupportEnds);
      assert.ok(extended === 365 * day || extended === 366 * day, version);
    }
    const minors = eksVersions.map(({ version }) => Number(version.split(".")[1]));
    assert.deepEqual(
      minors,
      minors.map((_, index) => (minors[0] ?? 0) + index),
    );
  });

  it("include the default of the configuration", () => {
    assert.equal(eksVersionDiagnostic(awsPlan().aws.kubernetesVersion), undefined);
    assert.equal(awsPlan().aws.kubernetesVersion, minorOf("kubernetes"));
  });

  it("that are not there are told with what to write instead", () => {
    assert.equal(
      eksVersionDiagnostic("1.31"),
      `EKS does not serve 1.31 as of ${eksVersionsAsOf}. Write kubernetesVersion: ${eksVersions.map(({ version }) => `"${version}"`).join(" or ")}.`,
    );
    assert.match(eksVersionDiagnostic("1.99") ?? "", /^EKS does not serve 1\.99/);
  });

  it("stay accepted on every day of their extended support, and after it", () => {
    for (const version of ["1.34", "1.35"]) {
      const plan = awsPlanOf(["eu-west-1", "us-east-1"], { kubernetesVersion: version });
      for (const today of ["2026-12-01", "2026-12-02", "2027-03-27", "2028-01-01", "2030-01-01"]) {
        const { clusters, warnings } = planAws(plan, today);
        assert.equal(clusters["us-east-1"]?.cluster.version, version);
        assert.ok(warnings.length <= 2);
      }
    }
  });

  it("cost six times as much from the day on which standard support ends, in the estimate, too", () => {
    const plan = awsPlanOf(["eu-west-1", "us-east-1"], { kubernetesVersion: "1.34" });
    const cost = (today: string) => planAws(plan, today).cost.monthlyUsd;
    assert.equal(isInExtendedSupport("1.34", "2026-12-01"), false);
    assert.equal(isInExtendedSupport("1.34", "2026-12-02"), true);
    const extra = cost("2026-12-02") - cost("2026-12-01");
    // Two regions and the hub, half a dollar an hour each, at the prices of their regions.
    assert.ok(extra >= 3 * 0.5 * 730 && extra < 3 * 0.5 * 730 * 1.2, `${extra}`);
    const [warning] = planAws(plan, "2026-12-02").warnings.filter((text) => /EKS/.test(text));
    assert.match(warning ?? "", /ended on 2026-12-02.* a month more.*until 2027-12-02/);
    assert.ok(warning?.includes(`$${Math.round(extra)} a month more`), warning);
  });

  it("whose support ends within 60 days are warned of, with dates and cost, and more plainly once it has", () => {
    const warnings = (today: string, version = "1.35") => eksVersionWarnings(version, today, 730);
    assert.deepEqual(warnings("2027-01-25"), []);
    assert.deepEqual(warnings("2027-01-26"), [
      "Standard support of EKS 1.35 ends on 2027-03-27: from then on control planes will cost six times as much, " +
        "$730 a month more for all clusters. EKS serves it until 2028-03-27, and upgrades clusters by itself then. " +
        "Raise aws.kubernetesVersion, one minor version at a time.",
    ]);
    for (const today of ["2027-03-27", "2027-06-01"])
      assert.match(warnings(today)[0] ?? "", /ended on 2027-03-27.* planes cost /);
    assert.match(warnings("2028-03-27")[0] ?? "", /upgrades clusters by itself since 2028-03-27/);
    assert.deepEqual(warnings("2027-06-01", "1.99"), []);
  });
});

describe("A cluster's plan", () => {
  it("lets an administrator in once, however often it is named", () => {
    const administrator = "arn:aws:iam::123456789012:role/Platform";
    const { plan, aws } = awsPlan({ aws: { administrators: [administrator, administrator] } });
    assert.deepEqual(planCluster(plan, plan.hub, aws).administrators, [administrator]);
  });

  it("is not given to its creator twice: EKS refuses a second entry of one role", () => {
    const administrator = "arn:aws:iam::123456789012:role/Platform";
    const { plan, aws } = awsPlan({ aws: { administrators: [administrator] } });
    const name = administrator.split("/").at(-1);
    const account = administrator.split(":")[4];
    const session = `arn:aws:sts::${account}:assumed-role/${name}/run-1`;
    assert.equal(planCluster(plan, plan.hub, aws, session).admitsCreator, false);
    const others = [
      `arn:aws:sts::${account}:assumed-role/another/${name}`,
      `arn:aws:sts::999999999999:assumed-role/${name}/run-1`,
      `arn:aws:iam::${account}:user/${name}`,
    ];
    for (const other of others)
      assert.equal(planCluster(plan, plan.hub, aws, other).admitsCreator, true, other);
  });

  it("knows sessions of roles with a path, and users", () => {
    const role = "arn:aws-cn:iam::123456789012:role/teams/platform/deploy";
    const user = "arn:aws:iam::123456789012:user/ada";
    assert.ok(isAmong("arn:aws-cn:sts::123456789012:assumed-role/deploy/run-1", [user, role]));
    assert.ok(isAmong(user, [role, user]));
    assert.ok(!isAmong("arn:aws:sts::123456789012:assumed-role/ada/run-1", [role, user]));
  });

  it("has the hub in its home region, with a name and services of its own", () => {
    const { plan, aws } = awsPlan({
      regions: [{ name: "eu-west-1" }, { name: "us-east-1", role: "hub" }],
    });
    const hub = planCluster(plan, plan.hub, aws);
    assert.equal(hub.eksName, "meridian-staging-hub");
    assert.equal(hub.region, "us-east-1");
    assert.equal(hub.serviceRange, plan.hub.network.services);
  });

  it("protects production from deletion, and keeps its logs for a year", () => {
    const { plan, aws } = awsPlan({ name: "production" });
    const hub = planCluster(plan, plan.hub, aws);
    assert.equal(hub.deletionProtection, true);
    assert.equal(hub.logs.retentionDays, 365);
    assert.deepEqual(["production", "production-eu", "productions", "staging"].map(isProtected), [
      true,
      true,
      false,
      false,
    ]);
  });

  const network = fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 16, max: 24 }))
    .map(([second, third, prefix]) =>
      prefix <= 16
        ? `20.${second}.0.0/16`
        : `20.${second}.${third & (256 - 2 ** (24 - prefix))}.0/${prefix}`,
    );

  it("is never open to the world, has all logs on, and is unlike any other's", () => {
    fc.assert(
      fc.property(
        fc.array(network, { maxLength: 5 }),
        fc.constantFrom("production", "staging", "test"),
        (apiAccess, name) => {
          const { plan, aws } = awsPlan({ name, aws: { apiAccess } });
          const all = [plan.hub, ...plan.regions].map((each) => planCluster(plan, each, aws));
          for (const { endpoint, logs, version, supportType } of all) {
            assert.equal(endpoint.public, apiAccess.length > 0);
            assert.deepEqual(endpoint.publicNetworks, [...new Set(apiAccess)]);
            assert.ok(endpoint.publicNetworks.every((each) => !each.endsWith("/0")));
            assert.equal(logs.types.length, 5);
            assert.equal(eksVersionDiagnostic(version), undefined);
            assert.equal(supportType, "EXTENDED");
          }
          for (const field of ["name", "eksName", "serviceRange"] as const)
            assert.equal(new Set(all.map((each) => each[field])).size, all.length, field);
        },
      ),
      { numRuns: 50 },
    );
  });
});
