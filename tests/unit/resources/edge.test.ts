import * as assert from "node:assert/strict";
import { Edge } from "../../../infra/resources/platform/edge";
import { only, register } from "../../support/engine";
import { fakeCluster, ownOf, standingId } from "../../support/foundation";
import { planOf, small } from "../../support/plan";

const [plan] = planOf([small("eu-west-1")]).regions;
assert.ok(plan);

const component = "meridian:platform:Edge eu-west-1";
const namespace = "kubernetes:core/v1:Namespace eu-west-1-meridian-edge";
const deployment = "kubernetes:apps/v1:Deployment eu-west-1-edge";
const service = "kubernetes:core/v1:Service eu-west-1-edge";
const labels = { "app.kubernetes.io/name": "edge", "app.kubernetes.io/part-of": "meridian" };

interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: Record<string, unknown>;
}

describe("Edge", () => {
  const make = async () =>
    ownOf(
      await register(() => {
        new Edge("eu-west-1", { region: { ...fakeCluster("eu-west-1"), plan, ready: [] } });
      }),
    );

  const specOf = async () =>
    only(await make(), deployment).inputs["spec"] as {
      replicas: number;
      selector: { matchLabels: Record<string, string> };
      template: PodTemplate;
    };

  it("registers a namespace, a Deployment in it, and a Service after it", async () => {
    const all = await make();
    assert.deepEqual(
      all.map(({ id, dependsOn }) => [id, dependsOn]),
      [
        [deployment, [namespace]],
        [namespace, []],
        [service, [deployment]],
        [component, []],
      ],
    );
    for (const { id, parent, provider, deletedWith } of all.filter(({ custom }) => custom)) {
      assert.equal(parent, component, id);
      assert.equal(provider, "eu-west-1", id);
      assert.equal(deletedWith, standingId("eu-west-1"), id);
    }
  });

  it("has its namespace refuse every pod that is not restricted", async () => {
    assert.deepEqual(only(await make(), namespace).inputs["metadata"], {
      name: "meridian-edge",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
  });

  it("runs two restricted pods that are probed and bounded", async () => {
    const { inputs } = only(await make(), deployment);
    assert.deepEqual(inputs["metadata"], { name: "edge", namespace: "meridian-edge", labels });
    const { replicas, template } = await specOf();
    assert.equal(replicas, 2);
    const { containers, topologySpreadConstraints, ...pod } = template.spec;
    assert.deepEqual(pod, {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      initContainers: [],
      volumes: [],
    });
    assert.ok(topologySpreadConstraints);
    const probe = (path: string) => ({ httpGet: { path, port: 9898 } });
    assert.deepEqual(containers, [
      {
        name: "edge",
        image: "ghcr.io/stefanprodan/podinfo:6.9.2",
        env: [],
        volumeMounts: [],
        ports: [{ name: "http", containerPort: 9898 }],
        startupProbe: probe("/healthz"),
        livenessProbe: probe("/healthz"),
        readinessProbe: probe("/readyz"),
        resources: {
          requests: { cpu: "20m", memory: "32Mi" },
          limits: { cpu: "200m", memory: "64Mi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ]);
  });

  it("selects its own pods, in the Deployment and in the Service", async () => {
    const { selector, template } = await specOf();
    assert.deepEqual(selector.matchLabels, { app: "edge" });
    const { inputs } = only(await make(), service);
    assert.deepEqual(inputs, {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "edge",
        namespace: "meridian-edge",
        labels,
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        type: "ClusterIP",
        selector: { app: "edge" },
        ports: [{ name: "http", port: 80, targetPort: 9898 }],
      },
    });
    for (const [key, value] of Object.entries(selector.matchLabels))
      assert.equal(template.metadata.labels[key], value);
  });

  it("spreads over the zones the very pods that it has", async () => {
    const { template } = await specOf();
    const [constraint, ...others] = template.spec["topologySpreadConstraints"] as {
      topologyKey: string;
      maxSkew: number;
      whenUnsatisfiable: string;
      labelSelector: { matchLabels: Record<string, string> };
    }[];
    assert.deepEqual(others, []);
    assert.equal(constraint?.topologyKey, "topology.kubernetes.io/zone");
    assert.equal(constraint.maxSkew, 1);
    assert.equal(constraint.whenUnsatisfiable, "ScheduleAnyway");
    // A constraint whose selector matches no pod of its own counts nothing and spreads nothing.
    for (const [key, value] of Object.entries(constraint.labelSelector.matchLabels))
      assert.equal(template.metadata.labels[key], value, `the pods have no label ${key}=${value}`);
  });
});
