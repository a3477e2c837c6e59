import * as assert from "node:assert/strict";
import { Edge } from "../../../infra/components/gateway/resources/edge";
import { only, register } from "../../support/engine";
import { fakeCluster, ownOf, standingId } from "../../support/foundation";
import { planOf, small } from "../../support/plan";

const [plan] = planOf([small("eu-west-1")]).regions;
assert.ok(plan);

const component = "meridian:platform:Edge eu-west-1";
const namespace = "kubernetes:core/v1:Namespace eu-west-1-meridian-edge";
const deployment = "kubernetes:apps/v1:Deployment eu-west-1-edge";
const service = "kubernetes:core/v1:Service eu-west-1-edge";

type Probe = "startupProbe" | "livenessProbe" | "readinessProbe";

interface Container extends Readonly<Record<Probe, { httpGet: { port: number } }>> {
  readonly image: string;
  readonly ports: readonly { containerPort: number }[];
  readonly resources: Readonly<Record<"requests" | "limits", Record<string, string>>>;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly securityContext: { runAsNonRoot: boolean; seccompProfile: { type: string } };
    readonly containers: readonly Container[];
    readonly topologySpreadConstraints: unknown;
  };
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
    const { labels } = only(await make(), namespace).inputs["metadata"] as PodTemplate["metadata"];
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
  });

  it("runs more than one pod, each restricted, probed and bounded", async () => {
    const { replicas, template } = await specOf();
    assert.ok(replicas >= 2);
    const { automountServiceAccountToken, securityContext, containers } = template.spec;
    assert.equal(automountServiceAccountToken, false);
    assert.equal(securityContext.runAsNonRoot, true);
    assert.equal(securityContext.seccompProfile.type, "RuntimeDefault");
    for (const { image, resources, securityContext: own, ports, ...probes } of containers) {
      assert.match(image, /:\d+\.\d+\.\d+$/);
      assert.deepEqual([own.allowPrivilegeEscalation, own.readOnlyRootFilesystem], [false, true]);
      assert.deepEqual(own.capabilities.drop, ["ALL"]);
      for (const of of [resources.requests, resources.limits])
        assert.ok(of["cpu"] && of["memory"], "bounded");
      for (const name of ["startupProbe", "livenessProbe", "readinessProbe"] as const)
        assert.ok(
          ports.some(({ containerPort }) => containerPort === probes[name].httpGet.port),
          name,
        );
    }
  });

  it("selects its own pods, in the Deployment and in the Service, and sends to a port that they have", async () => {
    const { selector, template } = await specOf();
    const { spec } = only(await make(), service).inputs as {
      spec: { selector: Record<string, string>; ports: { targetPort: number }[] };
    };
    for (const wanted of [selector.matchLabels, spec.selector]) {
      assert.ok(Object.keys(wanted).length > 0);
      for (const [key, value] of Object.entries(wanted))
        assert.equal(template.metadata.labels[key], value);
    }
    const open = template.spec.containers.flatMap(({ ports }) => ports);
    for (const { targetPort } of spec.ports)
      assert.ok(open.some(({ containerPort }) => containerPort === targetPort));
  });

  it("spreads over the zones the very pods that it has", async () => {
    const { template } = await specOf();
    const [constraint, ...others] = template.spec.topologySpreadConstraints as {
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
