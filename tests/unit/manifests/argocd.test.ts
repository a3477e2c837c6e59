import * as assert from "node:assert/strict";
import * as yaml from "yaml";
import {
  argocdParameters,
  argocdSettings,
  bootstrapApplication,
  platformProject,
} from "../../../infra/components/delivery/manifests/argocd";
import { syncWindows } from "../../../infra/components/delivery/freezes";
import { planOf, small } from "../../support/plan";

const repository = "file:///clone";
const { delivery } = planOf([small("eu-west-1")], {
  delivery: { pollSeconds: 7, overlays: "shop" },
});

describe("Argo CD's settings", () => {
  const settings = argocdSettings(delivery);

  it("are exactly these, the rate of polling from the configuration", () => {
    const drift = "resource.customizations.ignoreDifferences.policy.karmada.io";
    const updates = "resource.customizations.ignoreResourceUpdates";
    assert.deepEqual(Object.keys(settings).sort(), [
      "application.resourceTrackingMethod",
      "resource.customizations.health.argoproj.io_Rollout",
      "resource.customizations.health.policy_PodDisruptionBudget",
      `${drift}_OverridePolicy`,
      `${drift}_PropagationPolicy`,
      `${updates}.argoproj.io_Rollout`,
      `${updates}.policy_PodDisruptionBudget`,
      "resource.exclusions",
      "timeout.reconciliation",
      "timeout.reconciliation.jitter",
    ]);
    assert.equal(settings["application.resourceTrackingMethod"], "annotation");
    assert.equal(settings["timeout.reconciliation"], "7s");
    assert.equal(settings["timeout.reconciliation.jitter"], "2s");
  });

  it("pass over what Karmada's webhook fills in, and nothing that an app decides", () => {
    for (const kind of ["PropagationPolicy", "OverridePolicy"]) {
      const key = `resource.customizations.ignoreDifferences.policy.karmada.io_${kind}`;
      assert.deepEqual(yaml.parse(settings[key] ?? ""), {
        jqPathExpressions: [".spec.placement.clusterTolerations", ".spec.schedulerName"],
      });
    }
  });

  it("compare an app anew when a Rollout's state or words change, not for each of its pods", () => {
    const key = "resource.customizations.ignoreResourceUpdates.argoproj.io_Rollout";
    const { jsonPointers } = yaml.parse(settings[key] ?? "") as { jsonPointers: string[] };
    assert.ok(jsonPointers.includes("/status/readyReplicas"));
    for (const read of ["/status", "/status/phase", "/status/message", "/spec", "/metadata"])
      assert.ok(!jsonPointers.includes(read), read);
  });

  it("leave out what Karmada and Kubernetes keep for themselves, as JSON that is YAML too", () => {
    const text = settings["resource.exclusions"] ?? "";
    const expected = [
      { apiGroups: ["work.karmada.io"], kinds: ["*"], clusters: ["*"] },
      { apiGroups: [""], kinds: ["Endpoints", "Event"], clusters: ["*"] },
      { apiGroups: ["discovery.k8s.io"], kinds: ["EndpointSlice"], clusters: ["*"] },
      { apiGroups: ["coordination.k8s.io"], kinds: ["Lease"], clusters: ["*"] },
    ];
    assert.deepEqual(JSON.parse(text), expected);
    assert.deepEqual(yaml.parse(text), expected);
  });

  it("are texts, as a ConfigMap's data must be", () => {
    for (const map of [settings, argocdParameters(delivery)])
      for (const value of Object.values(map)) assert.equal(typeof value, "string");
  });

  it("keep the projects' apps from being synced while nothing may be released", () => {
    const [window] = syncWindows(
      [{ from: "2026-12-20T18:00:00Z", to: "2027-01-04T06:00:00Z", reason: "holidays" }],
      new Date("2026-12-01T00:00:00Z"),
    );
    assert.ok(window);
    const { source } = bootstrapApplication(repository, "v1.2", [window]).spec ?? {};
    const [patch, ...more] = source?.kustomize?.patches ?? [];
    assert.deepEqual(more, []);
    assert.deepEqual(patch?.target, { kind: "AppProject" });
    assert.deepEqual(JSON.parse(patch.patch), [
      { op: "add", path: "/spec/syncWindows", value: [window] },
    ]);
  });
});

describe("Argo CD's objects", () => {
  it("let the platform's project make projects and ApplicationSets on the hub, nothing else", () => {
    assert.deepEqual(platformProject(repository), {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "platform", namespace: "argocd" },
      spec: {
        description: "AppProjects and ApplicationSets on the hub.",
        sourceRepos: [repository],
        destinations: [{ server: "https://kubernetes.default.svc", namespace: "argocd" }],
        namespaceResourceWhitelist: [
          { group: "argoproj.io", kind: "AppProject" },
          { group: "argoproj.io", kind: "ApplicationSet" },
        ],
      },
    });
  });

  it("begin with one Application that follows apps/bootstrap and never gives up", () => {
    const { source, syncPolicy, project } = bootstrapApplication(repository, "v1.2").spec ?? {};
    assert.deepEqual([source?.repoURL, source?.targetRevision], [repository, "v1.2"]);
    assert.equal(project, platformProject(repository).metadata.name);
    assert.deepEqual(syncPolicy?.automated, { prune: true, selfHeal: true });
    assert.equal(syncPolicy.retry.limit, -1);
  });
});
