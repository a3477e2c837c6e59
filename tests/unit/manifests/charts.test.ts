import * as assert from "node:assert/strict";
import {
  argocdParameters,
  argocdSettings,
} from "../../../infra/components/delivery/manifests/argocd";
import { argocdValues } from "../../../infra/components/delivery/manifests/argocdChart";
import { argoRolloutsValues } from "../../../infra/components/rollouts/manifests/argoRolloutsChart";
import { externalSecretsValues } from "../../../infra/components/secrets/manifests/externalSecretsChart";
import {
  traefikCrdsValues,
  traefikValues,
} from "../../../infra/components/gateway/manifests/traefikChart";
import { operatorValues } from "../../../infra/components/streaming/manifests/operatorChart";
import { veleroValues } from "../../../infra/components/backup/manifests/veleroChart";
import { gatewayRoutes } from "../../../infra/components/gateway/manifests/awsRoutes";
import { gatewaySettings } from "../../../infra/components/gateway/manifests/traefik";
import { planBackup } from "../../../infra/components/backup/plan";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")], { delivery: { pollSeconds: 9 } });
const zone = "topology.kubernetes.io/zone";

/** Every object in the values that asks for resources. */
function resourcesIn(value: unknown, path = ""): [string, Record<string, unknown>][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "resources"
      ? [[path, item as Record<string, unknown>] as [string, Record<string, unknown>]]
      : resourcesIn(item, `${path}.${key}`),
  );
}

describe("The values of every chart", () => {
  const all = {
    argocd: [argocdValues(plan.delivery), 7],
    argoRollouts: [argoRolloutsValues("PEM"), 1],
    traefik: [traefikValues({ trustedNetworks: [] }), 1],
    externalSecrets: [externalSecretsValues(), 3],
    velero: [veleroValues(planBackup(plan), "bucket"), 2],
    strimzi: [operatorValues(), 1],
  } as const;
  for (const [name, [values, containers]] of Object.entries(all)) {
    it(`give each container of ${name} what it asks for, memory without more`, () => {
      const found = resourcesIn(values);
      assert.equal(found.length, containers);
      for (const [path, { requests, limits }] of found) {
        const { cpu, memory } = requests as Record<string, string>;
        assert.match(`${cpu} ${memory}`, /^\d+m \d+[MG]i$/, path);
        assert.deepEqual(limits, { memory }, path);
      }
    });
  }
});

describe("Argo CD's chart", () => {
  const values = argocdValues(plan.delivery);

  it("gets the settings of the local platform, whole", () => {
    assert.deepEqual(values.configs.cm, argocdSettings(plan.delivery));
    assert.deepEqual(values.configs.params, {
      ...argocdParameters(plan.delivery),
      "controller.self.heal.timeout.seconds": "1",
      "controller.repo.error.grace.period.seconds": "5",
      "controller.sync.wave.delay.seconds": "0",
      "controller.sync.timeout.seconds": "600",
      "applicationsetcontroller.requeue.after": "9s",
    });
    assert.deepEqual(values.configs.rbac, { "policy.default": "role:readonly" });
  });

  it("has more than one of all that can be more, over zones, one at a time taken away", () => {
    for (const part of [values.server, values.repoServer, values.applicationSet]) {
      assert.ok(part.replicas >= 2);
      assert.deepEqual(part.pdb, { enabled: true, maxUnavailable: 1 });
      assert.equal(part.topologySpreadConstraints[0]?.topologyKey, zone);
    }
    assert.equal(values.redis.enabled, false);
    assert.equal(values["redis-ha"].enabled, true);
    assert.equal(values["redis-ha"].topologySpreadConstraints.topologyKey, zone);
  });

  it("opens nothing to the world, and runs nothing that nobody uses", () => {
    assert.equal(values.server.service.type, "ClusterIP");
    assert.deepEqual([values.dex.enabled, values.notifications.enabled], [false, false]);
  });
});

describe("Traefik's chart", () => {
  const values = traefikValues({ trustedNetworks: ["10.0.0.0/24", "10.0.1.0/24"] });
  const local = JSON.parse(
    JSON.stringify(
      gatewaySettings({ address: "a", internalPort: 1, api: "b", tokenFile: "t", routesFile: "c" }),
    ),
  ) as {
    entryPoints: { web: { transport: { respondingTimeouts: object } } };
    metrics: { prometheus: { buckets: number[] } };
    accessLog: { bufferingSize: number; fields: { headers: { names: object } } };
    providers: { providersThrottleDuration: string };
  };

  it("has the timeouts, histogram and access log of the local gateway", () => {
    const { web } = values.ports;
    assert.deepEqual(
      web.transport.respondingTimeouts,
      local.entryPoints.web.transport.respondingTimeouts,
    );
    assert.deepEqual(
      values.metrics.prometheus.buckets.split(",").map(Number),
      local.metrics.prometheus.buckets,
    );
    assert.equal(values.accessLog.bufferingSize, local.accessLog.bufferingSize);
    assert.deepEqual(values.accessLog.fields.headers.names, local.accessLog.fields.headers.names);
    assert.ok(
      values.additionalArguments.includes(
        `--providers.providersthrottleduration=${local.providers.providersThrottleDuration}`,
      ),
    );
  });

  it("listens on 8000 within the cluster, and believes only the load balancer on who asks", () => {
    const { web, websecure } = values.ports;
    assert.deepEqual([web.port, web.exposedPort, web.expose.default], [8000, 80, true]);
    assert.deepEqual(web.forwardedHeaders, { trustedIPs: ["10.0.0.0/24", "10.0.1.0/24"] });
    assert.equal(websecure.expose.default, false);
    assert.equal(values.service.spec.type, "ClusterIP");
    assert.equal(values.api.dashboard, false);
  });

  it("reads its own kinds of each namespace, and no other provider but its own file", () => {
    const { kubernetesCRD, kubernetesIngress, kubernetesGateway, file } = values.providers;
    assert.deepEqual(kubernetesCRD, { enabled: true, allowCrossNamespace: false });
    assert.deepEqual([kubernetesIngress.enabled, kubernetesGateway.enabled], [false, false]);
    assert.deepEqual(file.content, gatewayRoutes());
    // Helm would take two braces for its own.
    assert.ok(!JSON.stringify(file.content).includes("{{"));
  });

  it("has an old pod answer for longer than a load balancer needs to forget it", () => {
    const { lifeCycle } = values.ports.web.transport;
    const seconds = [lifeCycle.requestAcceptGraceTimeout, lifeCycle.graceTimeOut].map(parseFloat);
    const needed = seconds.reduce((sum, one) => sum + one, 0);
    assert.ok(needed < values.deployment.terminationGracePeriodSeconds);
    assert.deepEqual(
      [values.deployment.replicas, values.podDisruptionBudget.maxUnavailable],
      [3, 1],
    );
  });

  it("brings Traefik's kinds alone where no gateway runs", () => {
    assert.deepEqual(traefikCrdsValues(), { traefik: true, gatewayAPI: false, hub: false });
  });
});

describe("The charts of members", () => {
  it("let Argo Rollouts turn Traefik and no other router", () => {
    const { providers } = argoRolloutsValues("PEM").providerRBAC;
    assert.deepEqual(
      Object.entries(providers).filter(([, on]) => on),
      [["traefik", true]],
    );
  });

  it("let Argo Rollouts' analyses trust the gate's authority, and know when it is another", () => {
    const { controller } = argoRolloutsValues("PEM");
    const [variable] = controller.extraEnv;
    const [mount] = controller.volumeMounts as { mountPath: string; name: string }[];
    assert.equal(variable?.name, "SSL_CERT_FILE");
    assert.equal(variable?.value, `${mount?.mountPath}/ca.crt`);
    assert.deepEqual(controller.volumes, [
      { name: mount?.name, configMap: { name: "rollout-gate-ca" } },
    ]);
    assert.notDeepEqual(
      controller.podAnnotations,
      argoRolloutsValues("other").controller.podAnnotations,
    );
  });

  // Its own default is the API group of Traefik 2, which a cluster with Traefik 3 does not know.
  it("tell Argo Rollouts which Traefik there is", () => {
    assert.deepEqual(argoRolloutsValues("PEM").controller.extraArgs, [
      "--traefik-api-group=traefik.io",
      "--traefik-api-version=traefik.io/v1alpha1",
      "--analysis-threads=500",
    ]);
  });

  it("have a second of each controller and one leader", () => {
    const { controller } = argoRolloutsValues("PEM");
    assert.deepEqual([controller.replicas, controller.pdb.maxUnavailable], [2, 1]);
    assert.equal(controller.topologySpreadConstraints[0]?.topologyKey, zone);
    const secrets = externalSecretsValues();
    assert.deepEqual([secrets.replicaCount, secrets.leaderElect], [2, true]);
    assert.equal(secrets.webhook.replicaCount, 2);
    assert.equal(secrets.serviceAccount.name, "external-secrets");
  });
});

describe("Velero's chart", () => {
  const backup = planBackup(plan);
  const values = veleroValues(backup, "bucket");

  it("keeps Argo CD's and Karmada's objects in the other region, every quarter of an hour", () => {
    assert.deepEqual(values.configuration.backupStorageLocation, [
      {
        name: "default",
        provider: "aws",
        bucket: "bucket",
        prefix: "velero",
        default: true,
        config: { region: "us-east-1" },
      },
    ]);
    assert.deepEqual(values.schedules, {
      hub: {
        schedule: "*/15 * * * *",
        useOwnerReferencesInBackup: false,
        template: {
          ttl: "336h0m0s",
          storageLocation: "default",
          includedNamespaces: ["argocd", "karmada-system"],
          includeClusterResources: true,
          snapshotVolumes: false,
        },
      },
    });
  });

  it("holds no key, reaches no node, and takes no snapshot that stays in the region", () => {
    assert.equal(values.credentials.useSecret, false);
    assert.equal(values.deployNodeAgent, false);
    assert.equal(values.snapshotsEnabled, false);
    assert.equal(values.initContainers[0]?.image, "docker.io/velero/velero-plugin-for-aws:v1.14.2");
  });
});
