import assert from "node:assert/strict";
import {
  allPortNames,
  clusterPortNames,
  edgePortNames,
  servicePortNames,
} from "../../../infra/plan/ports";

describe("port names", () => {
  // An instance remembers its ports by these names: a name that changes moves a running port.
  it("of a cluster bear its name", () => {
    assert.deepEqual(clusterPortNames("eu-west-1"), {
      apiServer: "eu-west-1/apiServer",
      controllerManager: "eu-west-1/controllerManager",
      scheduler: "eu-west-1/scheduler",
      kwok: "eu-west-1/kwok",
    });
  });

  it("of the services are these", () => {
    assert.deepEqual(Object.values(servicePortNames), [
      "karmada-aggregated-apiserver/https",
      "karmada-controller-manager/health",
      "karmada-controller-manager/metrics",
      "karmada-scheduler/health",
      "karmada-scheduler/metrics",
      "karmada-webhook/https",
      "karmada-webhook/health",
      "karmada-webhook/metrics",
      "argocd-repo-server/grpc",
      "argocd-repo-server/metrics",
      "argocd-application-controller/metrics",
      "argocd-applicationset-controller/metrics",
      "argocd-applicationset-controller/probe",
      "argocd-applicationset-controller/webhook",
      "argocd-server/http",
      "argocd-server/metrics",
      "gateway/http",
      "dataplane/pods",
      "dns/dns",
    ]);
  });

  it("of a region's edge bear its name", () => {
    assert.deepEqual(edgePortNames("eu-west-1"), {
      admin: "eu-west-1/edge-admin",
      apiProxy: "eu-west-1/edge-apiProxy",
      gatewayInternal: "eu-west-1/edge-gatewayInternal",
      rolloutGate: "eu-west-1/edge-rolloutGate",
    });
  });

  it("are all there once: four for each cluster, four for each edge, and the services'", () => {
    const names = allPortNames(["hub", "federation", "eu-west-1"], ["eu-west-1"]);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 3 * 4 + 4 + Object.keys(servicePortNames).length);
    assert.ok(names.includes("hub/kwok"));
    assert.deepEqual(allPortNames([], []), Object.values(servicePortNames));
  });

  it("stay when a cluster comes, so that its ports are all that is new", () => {
    const before = new Set(allPortNames(["hub"], []));
    const now = allPortNames(["hub", "eu-west-1"], ["eu-west-1"]);
    assert.deepEqual(
      now.filter((name) => !before.has(name)),
      [clusterPortNames("eu-west-1"), edgePortNames("eu-west-1")].flatMap(Object.values),
    );
  });
});
