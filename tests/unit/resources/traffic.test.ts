import * as assert from "node:assert/strict";
import * as path from "node:path";
import { parse } from "yaml";
import { programHash } from "../../../infra/providers/local/programs";
import { namedConf, powerdnsSettings } from "../../../infra/components/dns/manifests/powerdns";
import { dataplaneRules } from "../../../infra/providers/local/manifests/dataplane";
import { edgeRoutes, gatewaySettings } from "../../../infra/components/gateway/manifests/traefik";
import { zoneInputs } from "../../../infra/components/gateway/traffic";
import { LocalDns } from "../../../infra/components/dns/resources/local";
import { LocalEdge } from "../../../infra/components/gateway/resources/local";
import { only, register } from "../../support/engine";
import { fakeCluster, ownOf, serverOf, standingId } from "../../support/foundation";
import { contextOf, home } from "../../support/localContext";
import { planOf, small } from "../../support/plan";
import { caOf } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1"), small("us-east-1"), small("ap-southeast-1")]);
const { traffic } = plan;
const context = contextOf(plan);
const port = (name: string) => {
  const found = context.ports[name];
  assert.ok(found, name);
  return found;
};
const file = (service: string, name: string) => `${home}/test/files/${service}/${name}`;
const [, region] = plan.regions;
assert.ok(region);

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

describe("LocalEdge", () => {
  const component = "meridian:local:Edge us-east-1";
  const rbac = "kubernetes:rbac.authorization.k8s.io/v1";
  const ids = {
    account: "kubernetes:core/v1:ServiceAccount us-east-1-dataplane",
    role: `${rbac}:ClusterRole us-east-1-dataplane`,
    binding: `${rbac}:ClusterRoleBinding us-east-1-dataplane`,
    token: "kubernetes:core/v1:Secret us-east-1-dataplane-token",
    kubelet: "kubernetes:core/v1:ServiceAccount us-east-1-kubelet",
    kubeletRole: `${rbac}:ClusterRole us-east-1-kubelet`,
    kubeletBinding: `${rbac}:ClusterRoleBinding us-east-1-kubelet`,
    kubeletToken: "kubernetes:core/v1:Secret us-east-1-kubelet-token",
    dataplane: "meridian:local:Service dataplane-us-east-1",
    gateway: "meridian:local:Service gateway-us-east-1",
  };
  const make = async (name = "us-east-1") =>
    ownOf(
      await register(() => {
        const cluster = { ...fakeCluster(name), plan: region, ready: [] };
        new LocalEdge(name, { context, region: cluster, traffic });
      }),
    );

  it("registers exactly these, each below it, its account gone with the cluster, in this order", async () => {
    const all = await make();
    assert.deepEqual(Object.fromEntries(all.map(({ id, dependsOn }) => [id, dependsOn])), {
      [ids.account]: [],
      [ids.role]: [],
      [ids.binding]: [ids.role],
      [ids.token]: [ids.account, ids.binding],
      [ids.kubelet]: [],
      [ids.kubeletRole]: [],
      [ids.kubeletBinding]: [ids.kubeletRole],
      [ids.kubeletToken]: [ids.kubelet, ids.kubeletBinding],
      // The tokens are part of its configuration.
      [ids.dataplane]: [ids.token, ids.kubeletToken],
      [ids.gateway]: [ids.token, ids.dataplane],
      [component]: [],
    });
    for (const { id, parent, provider, deletedWith, type } of all) {
      if (id === component) continue;
      assert.equal(parent, component, id);
      const within = type.startsWith("kubernetes:");
      assert.equal(deletedWith, within ? standingId("us-east-1") : undefined, id);
      assert.equal(provider, type.startsWith("kubernetes:") ? "us-east-1" : undefined, id);
    }
  });

  it("makes an account that may read what is followed, and no pod gets its token", async () => {
    const all = await make();
    const account = only(all, ids.account).inputs as unknown as Named & {
      automountServiceAccountToken: boolean;
    };
    assert.equal(account.automountServiceAccountToken, false);
    const role = only(all, ids.role).inputs as unknown as Named;
    assert.deepEqual(only(all, ids.role).inputs["rules"], dataplaneRules);
    const { name, namespace } = account.metadata;
    const { roleRef, subjects } = only(all, ids.binding).inputs;
    assert.deepEqual(subjects, [{ kind: "ServiceAccount", name, namespace }]);
    assert.equal((roleRef as { name: string }).name, role.metadata.name);
    const token = only(all, ids.token).inputs as unknown as Named;
    assert.equal(token.metadata.namespace, namespace);
    assert.equal(token.metadata.annotations?.["kubernetes.io/service-account.name"], name);
  });

  it("makes an account that may act as the region's nodes, and no more", async () => {
    const rules = only(await make(), ids.kubeletRole).inputs["rules"];
    const users = region.nodes.map(({ name }) => `system:node:${name}`);
    assert.ok(users.length > 0);
    const rule = { apiGroups: [""], verbs: ["impersonate"] };
    assert.deepEqual(rules, [
      { ...rule, resources: ["users"], resourceNames: users },
      { ...rule, resources: ["groups"], resourceNames: ["system:nodes"] },
    ]);
  });

  it("starts the pod simulator with the region's API, its network and the other edges", async () => {
    const { inputs, secrets } = only(await make(), ids.dataplane);
    const [admin, apiProxy] = ["admin", "apiProxy"].map((part) => port(`us-east-1/edge-${part}`));
    const { files, variables } = inputs;
    // Another program is another process.
    assert.deepEqual(variables, { MERIDIAN_PROGRAM: await programHash("dataplane") });
    assert.deepEqual(inputs["ports"], [admin, apiProxy]);
    const texts = files as Record<string, string>;
    assert.deepEqual(JSON.parse(texts["config.json"] ?? ""), {
      region: "us-east-1",
      api: {
        server: serverOf("us-east-1"),
        ca: caOf("us-east-1"),
        token: "TOKEN OF us-east-1-dataplane-token",
      },
      kubeletToken: "TOKEN OF us-east-1-kubelet-token",
      network: "127.16",
      podPort: port("dataplane/pods"),
      adminPort: admin,
      proxyPort: apiProxy,
      gatewayPing: `http://127.0.0.1:${port("us-east-1/edge-gatewayInternal")}/ping`,
      edgesFile: `${home}/test/files/edges.json`,
    });
    assert.deepEqual(secrets, ["files"]);
  });

  it("starts the gateway at the region's own address, with no kubeconfig of anybody", async () => {
    const { inputs } = only(await make(), ids.gateway);
    const internalPort = port("us-east-1/edge-gatewayInternal");
    const { files, variables } = inputs;
    assert.equal((variables as Record<string, string>)["KUBECONFIG"], "");
    assert.deepEqual((inputs["serving"] as { hosts: string[] }).hosts, ["127.16.0.1"]);
    const texts = files as Record<string, string>;
    assert.deepEqual(
      parse(texts["traefik.yaml"] ?? ""),
      gatewaySettings({
        address: `127.16.0.1:${port("gateway/http")}`,
        internalPort,
        api: `http://127.0.0.1:${port("us-east-1/edge-apiProxy")}`,
        tokenFile: file("gateway-us-east-1", "token"),
        routesFile: file("gateway-us-east-1", "routes.yaml"),
      }),
    );
    assert.deepEqual(
      parse(texts["routes.yaml"] ?? ""),
      edgeRoutes(`http://127.0.0.1:${port("us-east-1/edge-admin")}`, {
        certFile: file("gateway-us-east-1", "tls.crt"),
        keyFile: file("gateway-us-east-1", "tls.key"),
      }),
    );
  });

  it("is refused for a region that no edge is planned for", async () => {
    await assert.rejects(make("mars-1"), new RangeError("no edge is planned for mars-1"));
  });
});

describe("LocalDns", () => {
  const component = "meridian:local:Dns dns";
  const [server, zone] = ["meridian:local:Service dns", "meridian:local:Zone test.meridian.test"];
  const make = () => register(() => new LocalDns("dns", { context, traffic }));

  it("registers the server and the zone that it answers from", async () => {
    assert.deepEqual(
      (await make()).map(({ id, parent, dependsOn, deletedWith }) => ({
        id,
        parent,
        dependsOn,
        deletedWith,
      })),
      [
        { id: component, parent: undefined, dependsOn: [], deletedWith: undefined },
        { id: server, parent: component, dependsOn: [], deletedWith: undefined },
        { id: zone, parent: component, dependsOn: [server], deletedWith: undefined },
      ],
    );
  });

  it("starts PowerDNS with files of its own; no proxy comes between its checks and the edges", async () => {
    const { inputs } = only(await make(), server);
    const { socket } = context.instance;
    const name = path.basename(socket, ".sock");
    const folder = `${home}/test/files/dns`;
    const variables = inputs["variables"] as Record<string, string>;
    for (const proxy of ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
      assert.equal(variables[proxy], "", proxy);
    assert.equal(variables["no_proxy"], "*");
    // PowerDNS reads pdns-<name>.conf of the folder.
    const command = inputs["command"] as string[];
    assert.ok(
      command.includes(`--config-dir=${folder}`) && command.includes(`--config-name=${name}`),
    );
    assert.deepEqual(inputs["files"], {
      [`pdns-${name}.conf`]: powerdnsSettings({
        name,
        folder,
        socketDir: path.dirname(socket),
        port: port("dns/dns"),
        checkIntervalSeconds: 1,
      }),
      "named.conf": namedConf("test.meridian.test", `${folder}/zone`),
    });
  });

  it("gives the zone what it is made of; how regions are drained is no input", async () => {
    const { inputs } = only(await make(), zone);
    assert.deepEqual(inputs, {
      home,
      environment: "test",
      port: port("dns/dns"),
      ...zoneInputs(traffic, port("gateway/http")),
    });
    assert.doesNotMatch(JSON.stringify(inputs), /weight/);
  });
});
