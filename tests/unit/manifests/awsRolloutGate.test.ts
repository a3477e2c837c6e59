import * as assert from "node:assert/strict";
import {
  gateAccount,
  gateBudget,
  gateConfig,
  gateNamespace,
  gatePods,
  gateService,
} from "../../../infra/components/rollouts/manifests/awsRolloutGate";
import { gateRules } from "../../../infra/components/rollouts/manifests/rolloutGate";

interface PodSpec {
  readonly containers: readonly [
    {
      readonly args: readonly string[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      readonly ports: readonly { readonly containerPort: number }[];
      readonly securityContext: object;
      readonly readinessProbe: { readonly httpGet: object };
    },
  ];
  readonly volumes: readonly { readonly name: string }[];
  readonly serviceAccountName: string;
}

interface SetSpec {
  readonly replicas: number;
  readonly template: {
    readonly metadata: { readonly annotations: object; readonly labels: object };
    readonly spec: PodSpec;
  };
}

const region = { name: "eu-west-1", location: "eu", role: "hub", attributes: {} };
const federation = { server: "https://karmada.test:5443", ca: "KARMADA", token: "t" };

describe("The rollout gate's pods on AWS", () => {
  const spec = gatePods("registry.test/rollout-gate@sha256:0a", "v1").spec as SetSpec;
  const [container] = spec.template.spec.containers;

  it("find in their volumes every file that they are told of", () => {
    const mounts = container.volumeMounts.map(({ name, mountPath }) => [name, mountPath] as const);
    assert.deepEqual(
      mounts.map(([name]) => name).sort(),
      spec.template.spec.volumes.map(({ name }) => name).sort(),
    );
    const texts = [
      ...container.args,
      JSON.stringify(gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation })),
      JSON.stringify(
        gateConfig({ region, flags: { kind: "launchdarkly", secret: "s" }, ca: "CA", federation }),
      ),
    ];
    const files = texts.flatMap((text) => text.match(/\/etc\/[^"]+/g) ?? []);
    assert.equal(new Set(files).size, 6);
    for (const file of files)
      assert.ok(
        mounts.some(([, folder]) => file.startsWith(`${folder}/`)),
        file,
      );
  });

  it("are two, told apart by name, of which the first writes", () => {
    assert.equal(spec.replicas, 2);
    const { writer } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.equal(writer, "rollout-gate-0");
    assert.deepEqual((gateBudget().spec as { maxUnavailable: number }).maxUnavailable, 1);
  });

  it("start anew when what they read once has changed", () => {
    const annotations = (version: string) =>
      (gatePods("i", version).spec as SetSpec).template.metadata.annotations;
    assert.notDeepEqual(annotations("v1"), annotations("v2"));
  });

  it("run as nobody, write nowhere, and are asked where they listen", () => {
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const { listen } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.equal(container.ports[0]?.containerPort, listen.port);
    const service = gateService().spec as { selector: object; ports: object[] };
    assert.deepEqual(service.selector, spec.template.metadata.labels);
    assert.deepEqual(service.ports, [{ name: "https", port: 443, targetPort: "https" }]);
    assert.deepEqual(container.readinessProbe.httpGet, {
      path: "/healthz",
      port: "https",
      scheme: "HTTPS",
    });
  });

  it("may do in the cluster what gates may do anywhere, and keep their own memory", () => {
    const account = gateAccount() as readonly { kind: string; rules?: unknown }[];
    const rules = (kind: string) => account.find((one) => one.kind === kind)?.rules;
    assert.deepEqual(rules("ClusterRole"), gateRules);
    assert.deepEqual(rules("Role"), [
      {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: ["rollout-gate-memory"],
        verbs: ["get", "patch"],
      },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
    ]);
    const { memory } = gateConfig({ region, flags: { kind: "file" }, ca: "CA", federation });
    assert.deepEqual(memory, {
      configMap: { namespace: "rollout-gate", name: "rollout-gate-memory" },
    });
  });

  it("have a namespace that reads secrets from outside only where there is one for them", () => {
    const labels = (has: boolean) => gateNamespace(has).metadata.labels ?? {};
    assert.equal("meridian.dev/secrets" in labels(false), false);
    assert.equal(labels(true)["meridian.dev/secrets"], "allowed");
    assert.equal(labels(true)["pod-security.kubernetes.io/enforce"], "restricted");
  });
});
