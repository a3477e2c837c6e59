import assert from "node:assert/strict";
import fc from "fast-check";
import type { KafkaClusterPlan, UserPlan } from "../../../../infra/components/streaming/plan";
import { environments, plannedOf, topics, withStreaming } from "./sample";

type Declared = Readonly<
  Record<string, { readonly writers: string[]; readonly readers: string[] }>
>;

/** Topics of an app in a cluster by operation. */
function access(user: UserPlan, operation: string): string[] {
  return user.acls
    .filter(({ operations }) => (operations as readonly string[]).includes(operation))
    .flatMap(({ resource }) => (resource.type === "topic" ? [resource.name] : []));
}

/** The declared topic of a name in a cluster, with the prefix of another region removed. */
function declaredName(name: string, regions: readonly string[]): string {
  const region = regions.find((prefix) => name.startsWith(`${prefix}.`));
  return region === undefined ? name : name.slice(region.length + 1);
}

describe("the users of a Kafka cluster", () => {
  it("are each app that reads or writes, and each mirror that reaches the cluster", () => {
    const { clusters, apps } = plannedOf(withStreaming({ topics }));
    assert.deepEqual(apps, ["catalog", "orders", "storefront"]);
    for (const { region, users } of clusters) {
      const mirrors = clusters.map((cluster) => `mirror.${cluster.region}`);
      assert.deepEqual(
        users.map(({ name }) => name),
        [...apps, ...mirrors],
        region,
      );
      for (const { name, principal } of users) assert.equal(principal, `User:CN=${name}`);
    }
  });

  it("write and read only the topics that they declare, and their mirrored copies", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const declared = (raw as { streaming: { topics: Declared } }).streaming.topics;
        const { clusters } = plannedOf(raw);
        const regions = clusters.map(({ region }) => region);
        for (const user of clusters.flatMap(({ users }) => users)) {
          if (user.kind !== "app") continue;
          const name = user.name;
          assert.deepEqual(
            access(user, "Write").sort(),
            Object.keys(declared)
              .filter((topic) => declared[topic]?.writers.includes(name))
              .sort(),
          );
          for (const topic of access(user, "Read"))
            assert.ok(declared[declaredName(topic, regions)]?.readers.includes(name), topic);
        }
      }),
    );
  });

  it("use consumer groups only if they read", () => {
    const declared = { orders: { writers: ["orders"], readers: ["catalog"] } };
    const [cluster] = plannedOf(withStreaming({ topics: declared })).clusters;
    const groups = (name: string) =>
      cluster?.users
        .find((user) => user.name === name)
        ?.acls.filter(({ resource }) => resource.type === "group").length;
    assert.deepEqual([groups("orders"), groups("catalog")], [0, 2]);
  });

  it("have no operation that changes topics, and no pattern that covers another app's", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        for (const user of plannedOf(raw).clusters.flatMap(({ users }) => users)) {
          if (user.kind !== "app") continue;
          for (const { resource, operations } of user.acls) {
            assert.ok(operations.every((one) => ["Describe", "Read", "Write"].includes(one)));
            if (resource.type === "topic") assert.equal(resource.patternType, "literal");
            else assert.ok([user.name, `${user.name}.`].includes(resource.name));
          }
        }
      }),
    );
  });

  it("include mirrors that write in their target only", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const { clusters, mirrors } = plannedOf(raw);
        for (const { target, user, flows } of mirrors)
          for (const cluster of clusters) {
            const found = userOf(cluster, user);
            const isSource = flows.some(({ from }) => from === cluster.region);
            assert.equal(found !== undefined, cluster.region === target || isSource);
            if (found === undefined || cluster.region === target) continue;
            assert.deepEqual(access(found, "Write"), []);
            assert.deepEqual(access(found, "Create"), []);
          }
      }),
    );
  });

  it("have one ACL for each resource", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        for (const { acls } of plannedOf(raw).clusters.flatMap(({ users }) => users)) {
          const resources = acls.map(({ resource }) => JSON.stringify(resource));
          assert.equal(new Set(resources).size, resources.length);
        }
      }),
    );
  });
});

function userOf({ users }: KafkaClusterPlan, name: string): UserPlan | undefined {
  return users.find((user) => user.name === name);
}
