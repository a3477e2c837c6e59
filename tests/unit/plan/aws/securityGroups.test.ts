import assert from "node:assert/strict";
import fc from "fast-check";
import { overlap } from "../../../../infra/config/cidr";
import type {
  PlannedSecurityRole,
  SecurityGroupPlan,
} from "../../../../infra/providers/aws/network/securityGroups";
import type { SecurityRole } from "../../../../infra/providers/aws/resources/types";
import { anyAws, anyRegions, networksOf, rangeOf, twoRegions } from "./networkSample";

/** The roles of the plan and of the resources are the same: neither line compiles otherwise. */
const planned = (role: SecurityRole): PlannedSecurityRole => role;
const resource = (role: PlannedSecurityRole): SecurityRole => role;

/** "in 443 10.0.0.0/16": the rules of a role in the first region. */
function rulesOf(role: PlannedSecurityRole, aws: Record<string, unknown> = {}): string[] {
  return groupOf(role, aws).rules.map(
    ({ direction, port, cidr }) => `${direction} ${port} ${cidr}`,
  );
}

function groupOf(role: PlannedSecurityRole, aws: Record<string, unknown> = {}): SecurityGroupPlan {
  const group = networksOf(twoRegions, aws).networks[0]?.securityGroups.find(
    (each) => each.role === resource(planned(role)),
  );
  assert.ok(group);
  return group;
}

const euNodes = "10.20.128.0/18";
const euPods = "10.20.0.0/17";
const usNodes = "10.16.128.0/18";
const usPods = "10.16.0.0/17";

describe("security groups", () => {
  it("let the world in at the edge, and the edge to the gateway's pods", () => {
    assert.deepEqual(rulesOf("edge"), [
      "in 80 0.0.0.0/0",
      "in 443 0.0.0.0/0",
      `out 8000 ${euPods}`,
    ]);
  });

  it("let every region and the named networks to the federation", () => {
    assert.deepEqual(rulesOf("federation", { apiAccess: ["203.0.113.0/24"] }), [
      `in 5443 ${euNodes}`,
      `in 5443 ${usNodes}`,
      `in 5443 ${euPods}`,
      `in 5443 ${usPods}`,
      "in 5443 203.0.113.0/24",
      `out 5443 ${euPods}`,
    ]);
  });

  it("let every region to the clusters, and nobody else", () => {
    assert.deepEqual(rulesOf("clusters", { apiAccess: ["203.0.113.0/24"] }), [
      `in 443 ${euNodes}`,
      `in 443 ${usNodes}`,
      `in 443 ${euPods}`,
      `in 443 ${usPods}`,
    ]);
  });

  it("let the region's own to its endpoints and its cache, every region's pods to the database", () => {
    assert.deepEqual(rulesOf("endpoints"), [`in 443 ${euNodes}`, `in 443 ${euPods}`]);
    assert.deepEqual(rulesOf("cache"), [`in 6379 ${euPods}`]);
    assert.deepEqual(rulesOf("database"), [`in 5432 ${euPods}`, `in 5432 ${usPods}`]);
  });

  it("have names that say who they are and whom they let in", () => {
    const { name, groupName, description, rules } = groupOf("database");
    assert.deepEqual(
      [name, groupName, description],
      ["eu-west-1-database", "meridian-test-database", "Databases"],
    );
    assert.deepEqual(rules[1], {
      name: "eu-west-1-database-from-us-east-1-pods-5432",
      direction: "in",
      port: 5432,
      cidr: usPods,
      description: "5432 from us-east-1-pods",
    });
    assert.equal(
      groupOf("federation", { apiAccess: ["203.0.113.0/24"] }).rules[4]?.name,
      "eu-west-1-federation-from-203-0-113-0-24-5443",
    );
  });

  it("say nothing twice, as AWS refuses a rule that is there", () => {
    const rules = rulesOf("federation", {
      apiAccess: ["203.0.113.0/24", "203.0.113.0/24"],
    });
    assert.equal(new Set(rules).size, rules.length);
    assert.equal(rules.length, 6);
  });

  it("of any environment open nothing but the edge to the world, and let data nowhere", () => {
    fc.assert(
      fc.property(anyRegions, anyAws, (entries, aws) => {
        for (const { securityGroups } of networksOf(entries, aws).networks)
          for (const { role, rules } of securityGroups)
            for (const { cidr, direction, port } of rules) {
              if (role !== "edge") assert.ok(rangeOf(cidr).prefix >= 8, `${role} from ${cidr}`);
              else if (cidr === "0.0.0.0/0")
                assert.ok(direction === "in" && [80, 443].includes(port));
              if (["database", "cache", "clusters", "endpoints"].includes(role))
                assert.equal(direction, "in");
            }
      }),
      { numRuns: 50 },
    );
  });

  it("of any environment let to the data none but pods, and to the cache none but the region's", () => {
    fc.assert(
      fc.property(anyRegions, anyAws, (entries, aws) => {
        const { networks, regions } = networksOf(entries, aws);
        const pods = regions.map(({ network }) => network.pods);
        for (const [index, { securityGroups }] of networks.entries())
          for (const { role, rules } of securityGroups) {
            const from = rules.map(({ cidr }) => cidr);
            if (role === "database") assert.deepEqual(from, pods);
            if (role === "cache") assert.deepEqual(from, [pods[index]]);
            if (role === "clusters" || role === "endpoints")
              for (const cidr of from)
                assert.ok(
                  regions.some(({ network: { vpc, pods: own } }) =>
                    [vpc, own].some((range) => overlap(rangeOf(range), rangeOf(cidr))),
                  ),
                );
          }
      }),
      { numRuns: 50 },
    );
  });
});
