import { karmadaNamespace, karmadaPorts, karmadaServiceNames } from "../component";
import * as path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { serviceDir } from "../../../providers/local/instance";
import { etcdUrl } from "../../../providers/local/sockets";
import {
  controllerFlags,
  controllerGates,
  federationControllers,
  gatesFlag,
  karmadaControllers,
  placementGates,
  schedulerFlags,
  webhookFlags,
} from "../manifests/karmadaFlags";
import { controlPlaneComponents } from "../../../plan/clusterComponents";
import { rateFlags } from "../federationRates";
import type { FailoverPlan, FederationPlan } from "../../../plan/types";
import { toolPath } from "../../../../toolchain";
import { LocalCluster } from "../../../providers/local/resources/cluster";
import { ManifestBundle } from "../../../resources/manifestBundle";
import { LocalService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalKarmadaArgs {
  readonly context: LocalContext;
  readonly plan: FederationPlan;
}

/** Karmada on this machine: a separate API server and Karmada's four processes. */
export class LocalKarmada extends LocalCluster {
  /** Resources that have to exist before members join. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: LocalKarmadaArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, apiServerArgs(args), opts);
    const crds = new ManifestBundle(
      "karmada-crds",
      {
        kubeconfig: this.kubeconfig,
        folder: toolPath("karmada-crds"),
        namespace: karmadaNamespace,
      },
      { parent: this },
    );
    const traefik = new ManifestBundle(
      "federation-traefik-crds",
      { kubeconfig: this.kubeconfig, folder: toolPath("traefik-crds") },
      { parent: this },
    );
    const rollouts = new ManifestBundle(
      "federation-rollouts-crds",
      {
        kubeconfig: this.kubeconfig,
        folder: toolPath("argo-rollouts-crds"),
        only: ["rollout-crd.yaml"],
      },
      { parent: this },
    );
    const start = (service: Service, dependsOn: pulumi.Resource[]) =>
      startService(this, args.context, service, this.kubeconfig, dependsOn);
    const port = portsOf(args.context);
    const aggregated = start(aggregatedApiServer(args, port), []);
    const apiService = this.registerApiService(port(karmadaPorts.aggregated), [aggregated, crds]);
    const webhook = start(webhookService(args.context, port), [crds]);
    const webhooks = new ManifestBundle(
      "karmada-webhooks",
      {
        kubeconfig: this.kubeconfig,
        folder: toolPath("karmada-webhooks"),
        replace: this.ca.apply((ca) => webhookValues(ca, port(karmadaPorts.webhook))),
      },
      { parent: this, dependsOn: [webhook] },
    );
    const scheduler = start(schedulerService(port), [apiService]);
    const manager = start(controllerManagerService(args.plan.failover, port), [apiService]);
    this.ready = [apiService, webhooks, scheduler, manager, traefik, rollouts];
  }

  /** Delegates `cluster.karmada.io` to the aggregated API server, which listens on loopback. */
  private registerApiService(port: number, dependsOn: pulumi.Resource[]): pulumi.Resource {
    const opts = { provider: this.provider, parent: this, deletedWith: this.resource };
    const service = new k8s.core.v1.Service(
      "karmada-aggregated-apiserver",
      {
        metadata: { name: "karmada-aggregated-apiserver", namespace: karmadaNamespace },
        spec: { type: "ExternalName", externalName: "localhost" },
      },
      { ...opts, dependsOn },
    );
    return new k8s.apiregistration.v1.APIService(
      "v1alpha1.cluster.karmada.io",
      {
        metadata: { name: "v1alpha1.cluster.karmada.io" },
        spec: {
          group: "cluster.karmada.io",
          version: "v1alpha1",
          groupPriorityMinimum: 2000,
          versionPriority: 10,
          caBundle: this.ca.apply(base64),
          service: { name: "karmada-aggregated-apiserver", namespace: karmadaNamespace, port },
        },
      },
      { ...opts, dependsOn: [service] },
    );
  }
}

interface Service {
  readonly name: string;
  readonly flags: readonly string[];
  readonly ports: readonly number[];
  readonly readyUrl: string;
  readonly serving?: boolean;
}

type PortOf = (name: string) => number;

function portsOf(context: LocalContext): PortOf {
  return (name) => context.ports[name] ?? 0;
}

function apiServerArgs({ context, plan }: LocalKarmadaArgs) {
  return {
    context,
    clusterName: plan.clusterName,
    network: plan.network,
    components: controlPlaneComponents,
    aggregation: true,
    extraArgs: {
      "kube-apiserver": {
        "disable-admission-plugins": "StorageObjectInUseProtection,ServiceAccount",
        // The aggregated server listens on this machine, not on a pod's address.
        "enable-aggregator-routing": "false",
      },
      "kube-controller-manager": { controllers: federationControllers.join(",") },
    },
  };
}

function startService(
  parent: LocalKarmada,
  context: LocalContext,
  service: Service,
  kubeconfig: pulumi.Output<string>,
  dependsOn: pulumi.Resource[],
): LocalService {
  const file = path.join(serviceDir(context.instance, service.name), "kubeconfig");
  const hosts = ["localhost", "127.0.0.1", `karmada-aggregated-apiserver.${karmadaNamespace}.svc`];
  return new LocalService(
    service.name,
    {
      context,
      command: [
        toolPath(service.name as Parameters<typeof toolPath>[0]),
        `--kubeconfig=${file}`,
        ...service.flags,
      ],
      files: { kubeconfig },
      ports: service.ports,
      readyUrl: service.readyUrl,
      ...(service.serving === true ? { serving: { cluster: parent, hosts } } : {}),
    },
    { parent, dependsOn },
  );
}

function aggregatedApiServer({ context, plan }: LocalKarmadaArgs, port: PortOf): Service {
  const name = karmadaServiceNames.aggregated;
  const dir = serviceDir(context.instance, name);
  const https = port(karmadaPorts.aggregated);
  return {
    name,
    flags: [
      `--authentication-kubeconfig=${path.join(dir, "kubeconfig")}`,
      `--authorization-kubeconfig=${path.join(dir, "kubeconfig")}`,
      "--authorization-always-allow-paths=/healthz,/livez,/readyz",
      `--etcd-servers=${etcdUrl(context.instance, plan.clusterName)}`,
      `--tls-cert-file=${path.join(dir, "tls.crt")}`,
      `--tls-private-key-file=${path.join(dir, "tls.key")}`,
      "--tls-min-version=VersionTLS13",
      "--bind-address=127.0.0.1",
      `--secure-port=${https}`,
    ],
    ports: [https],
    readyUrl: `https://127.0.0.1:${https}/readyz`,
    serving: true,
  };
}

function webhookService(context: LocalContext, port: PortOf): Service {
  const name = karmadaServiceNames.webhook;
  const https = port(karmadaPorts.webhook);
  const health = port(karmadaPorts.webhookHealth);
  const metrics = port(karmadaPorts.webhookMetrics);
  return {
    name,
    flags: [
      "--bind-address=127.0.0.1",
      `--secure-port=${https}`,
      `--cert-dir=${serviceDir(context.instance, name)}`,
      `--health-probe-bind-address=127.0.0.1:${health}`,
      `--metrics-bind-address=127.0.0.1:${metrics}`,
      ...rateFlags(webhookFlags),
      gatesFlag(placementGates),
    ],
    ports: [https, health, metrics],
    readyUrl: `https://127.0.0.1:${https}/readyz`,
    serving: true,
  };
}

function schedulerService(port: PortOf): Service {
  const health = port(karmadaPorts.schedulerHealth);
  const metrics = port(karmadaPorts.schedulerMetrics);
  return {
    name: karmadaServiceNames.scheduler,
    flags: [
      "--leader-elect=false",
      "--enable-scheduler-estimator=false",
      ...rateFlags(schedulerFlags),
      `--health-probe-bind-address=127.0.0.1:${health}`,
      `--metrics-bind-address=127.0.0.1:${metrics}`,
      gatesFlag(placementGates),
    ],
    ports: [health, metrics],
    readyUrl: `http://127.0.0.1:${health}/healthz`,
  };
}

function controllerManagerService(failover: FailoverPlan, port: PortOf): Service {
  const health = port(karmadaPorts.controllerHealth);
  const metrics = port(karmadaPorts.controllerMetrics);
  return {
    name: karmadaServiceNames.controllerManager,
    flags: [
      "--leader-elect=false",
      `--controllers=${karmadaControllers}`,
      gatesFlag(controllerGates),
      ...rateFlags(controllerFlags(failover)),
      `--health-probe-bind-address=127.0.0.1:${health}`,
      `--metrics-bind-address=127.0.0.1:${metrics}`,
    ],
    ports: [health, metrics],
    readyUrl: `http://127.0.0.1:${health}/healthz`,
  };
}

/** Values of the placeholders in Karmada's webhook configuration. */
function webhookValues(ca: string, port: number): Record<string, string> {
  return {
    "{{caBundle}}": base64(ca),
    "https://karmada-webhook.karmada-system.svc:443": `https://127.0.0.1:${port}`,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
