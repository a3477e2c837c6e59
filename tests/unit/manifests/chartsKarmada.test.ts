import * as assert from "node:assert/strict";
import { parse } from "yaml";
import {
  flagsBesideChart,
  karmadaApi,
  karmadaValues,
} from "../../../infra/components/federation/manifests/karmadaChart";
import { snapshotJob } from "../../../infra/components/backup/manifests/etcdBackup";
import {
  etcdBudget,
  etcdTraffic,
} from "../../../infra/components/federation/manifests/karmadaEtcd";
import {
  controllerFlags,
  schedulerFlags,
} from "../../../infra/components/federation/manifests/karmadaFlags";
import {
  authorityOf,
  outsideKubeconfig,
} from "../../../infra/components/federation/manifests/karmadaKubeconfig";
import { chartImages } from "../../../infra/plan/charts";
import { kubernetesVersion } from "../../../infra/plan/versions";
import { planBackup } from "../../../infra/components/backup/plan";
import { rateFlags } from "../../../infra/components/federation/federationRates";
import { karmadaNamespace } from "../../../infra/components/federation/component";
import { evaluatePolicies } from "../../support/network/policies";
import { podParty } from "../../support/network/evaluation";
import { planOf, small } from "../../support/plan";
import { chartKubeconfig, secretMark } from "../../support/resourceTypes";

const plan = planOf([small("eu-west-1"), small("us-east-1")], {
  federation: { failover: { profile: "fast", evictionsPerSecond: 12 } },
});
const { federation } = plan;
const valuesOf = (zones: number) => karmadaValues({ federation, zones, storageClass: "auto-ebs" });
const zone = "topology.kubernetes.io/zone";
const host = "kubernetes.io/hostname";

describe("Karmada's chart", () => {
  const values = valuesOf(3);

  it("gives the controllers the plan's timings and the local platform's rates, as texts", () => {
    const { extraCommandArgs, featureGates, controllers } = values.controllerManager;
    const flags = Object.entries(controllerFlags(federation.failover));
    assert.deepEqual(
      extraCommandArgs,
      Object.fromEntries(flags.map(([flag, value]) => [flag, `${value}`])),
    );
    assert.equal(extraCommandArgs["resource-eviction-rate"], "12");
    assert.equal(controllers, "*,-unifiedAuth");
    assert.deepEqual(featureGates, {
      Failover: true,
      GracefulEviction: true,
      PropagationPolicyPreemption: true,
    });
  });

  it("schedules and admits by the same gates, without estimators", () => {
    const gates = { Failover: true, PropagationPolicyPreemption: true };
    assert.deepEqual(values.scheduler.featureGates, gates);
    assert.deepEqual(values.webhook.featureGates, gates);
    assert.equal(values.scheduler.enableSchedulerEstimator, false);
  });

  it("lacks two processes' flags, which are added beside it", () => {
    assert.deepEqual(flagsBesideChart(), [
      { name: "karmada-scheduler", args: rateFlags(schedulerFlags) },
      { name: "karmada-webhook", args: ["--allow-no-execute-taint-policy=true"] },
    ]);
  });

  it("has three API servers on three nodes and three etcds in three zones, on volumes", () => {
    const { apiServer, etcd } = values;
    assert.equal(apiServer.replicaCount, 3);
    assert.equal(apiServer.serviceType, "ClusterIP");
    const keys = (list: readonly { topologyKey: string }[] = []) =>
      list.map(({ topologyKey }) => topologyKey);
    const required = (affinity: typeof etcd.affinity) =>
      keys(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution);
    assert.deepEqual(required(apiServer.affinity), [host]);
    assert.deepEqual(required(etcd.affinity), [zone]);
    const { replicaCount, storageType, pvc } = etcd.internal;
    assert.deepEqual([replicaCount, storageType], [3, "pvc"]);
    assert.deepEqual(pvc, { storageClass: "auto-ebs", size: "20Gi" });
    // Two zones hold no three of which no two share one.
    assert.deepEqual(required(valuesOf(2).etcd.affinity), [host]);
  });

  it("lets one of each go at a time, and has at least two of each", () => {
    const { apiServer, aggregatedApiServer, kubeControllerManager } = values;
    const { scheduler, webhook, controllerManager } = values;
    const parts = [apiServer, aggregatedApiServer, kubeControllerManager];
    for (const part of [...parts, scheduler, webhook, controllerManager]) {
      assert.ok(part.replicaCount >= 2);
      assert.deepEqual(part.podDisruptionBudget, { maxUnavailable: 1 });
      const { affinity } = part;
      const [preferred] =
        affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      assert.equal(preferred?.weight, 100);
      assert.equal(preferred.podAffinityTerm.topologyKey, zone);
      assert.match(part.resources.requests.memory, /^\d+[MG]i$/);
    }
    assert.deepEqual(etcdBudget.spec, {
      maxUnavailable: 1,
      selector: { matchLabels: { app: "etcd" } },
    });
  });

  it("takes the federation's addresses, which no region has", () => {
    const { services, pods } = federation.network;
    assert.equal(values.apiServer.serviceClusterIPRange, services);
    assert.equal(values.kubeControllerManager.serviceClusterIPRange, services);
    assert.equal(values.kubeControllerManager.clusterCIDR, pods);
    assert.equal(
      values.kubeControllerManager.controllers,
      "namespace,garbagecollector,serviceaccount-token,ttl-after-finished,clusterrole-aggregation",
    );
  });

  it("takes no image of a tag that moves", () => {
    const { cfssl, kubectl, apiServer, kubeControllerManager, etcd } = values;
    for (const { image } of [cfssl, kubectl, apiServer, kubeControllerManager, etcd.internal])
      assert.match(image.tag, /^v?\d+\.\d+\.\d+(-\d+)?$/);
  });

  it("runs the local platform's Kubernetes and etcd, whatever the chart has", () => {
    assert.equal(values.apiServer.image.tag, kubernetesVersion);
    assert.equal(values.kubeControllerManager.image.tag, kubernetesVersion);
    const { registry, repository, tag } = values.etcd.internal.image;
    assert.equal(`${registry}/${repository}:${tag}`, chartImages.etcd);
  });

  it("has etcd's members speak among themselves only: they do so in the clear", () => {
    const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...etcdTraffic };
    const pod = (namespace: string, app: string) => podParty({ namespace, labels: { app } }).peer;
    const to = pod(karmadaNamespace, "etcd");
    const open = [
      pod(karmadaNamespace, "etcd"),
      pod(karmadaNamespace, "karmada-apiserver"),
      pod("argocd", "etcd"),
    ].map((from) =>
      [2379, 2380].filter(
        (port) => evaluatePolicies([policy], { from, to, port, protocol: "TCP" }).length === 0,
      ),
    );
    assert.deepEqual(open, [[2379, 2380], [2379], []]);
  });
});

describe("Karmada's kubeconfig", () => {
  it("leads to another address, with a name of the certificate checked there", () => {
    const text = outsideKubeconfig(chartKubeconfig, "nlb.test", karmadaApi.port);
    const { clusters, ...rest } = parse(text) as Record<string, unknown>;
    const { clusters: before, ...others } = parse(
      Buffer.from(chartKubeconfig, "base64").toString(),
    ) as Record<string, unknown>;
    assert.ok(before);
    assert.deepEqual(rest, others);
    assert.deepEqual(clusters, [
      {
        name: "karmada-apiserver",
        cluster: {
          server: "https://nlb.test:5443",
          "certificate-authority-data": "Q0E=",
          "tls-server-name": "kubernetes.default.svc",
        },
      },
    ]);
    assert.ok(text.includes(secretMark));
  });

  it("shows its authority, and says when there is none", () => {
    assert.equal(authorityOf(chartKubeconfig), "CA");
    const empty = Buffer.from("clusters: []").toString("base64");
    assert.throws(() => authorityOf(empty), /^Error: Karmada's kubeconfig names no authority\.$/);
  });
});

describe("The snapshots' job", () => {
  const { metadata, spec } = snapshotJob(planBackup(plan), "bucket");
  const pod = spec.jobTemplate.spec.template.spec;

  it("takes one of etcd by its own command and brings it to the other region", () => {
    assert.deepEqual(
      [metadata.namespace, metadata.name],
      ["karmada-system", "karmada-etcd-snapshot"],
    );
    assert.equal(spec.schedule, "*/15 * * * *");
    assert.equal(spec.concurrencyPolicy, "Forbid");
    assert.deepEqual(pod.initContainers[0]?.command, [
      "etcdctl",
      "--endpoints=https://etcd-client.karmada-system.svc.cluster.local:2379",
      "--cacert=/etc/karmada/pki/server-ca.crt",
      "--cert=/etc/karmada/pki/karmada.crt",
      "--key=/etc/karmada/pki/karmada.key",
      "--command-timeout=120s",
      "snapshot",
      "save",
      "/snapshot/karmada.db",
    ]);
    assert.deepEqual(pod.containers[0]?.args, [
      ...["s3", "cp", "/snapshot/karmada.db", "s3://bucket/etcd/karmada.db"],
      ...["--region", "us-east-1", "--only-show-errors"],
    ]);
  });

  it("runs as nobody, with no token, and never sees the authority's key", () => {
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    for (const { securityContext } of [...pod.initContainers, ...pod.containers])
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    const keys = pod.volumes.flatMap(({ secret }) => secret?.items.map(({ key }) => key) ?? []);
    assert.deepEqual(keys, ["server-ca.crt", "karmada.crt", "karmada.key"]);
  });

  it("is over before the next one begins", () => {
    const [, minutes] = /^\*\/(\d+)/.exec(spec.schedule) ?? [];
    assert.ok(spec.jobTemplate.spec.activeDeadlineSeconds < Number(minutes) * 60);
  });
});
