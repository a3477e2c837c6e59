import * as path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GateConfig } from "../../../../services/rollout-gate/config";
import { toolPath } from "../../../../toolchain";
import { serviceDir } from "../../../providers/local/instance";
import {
  admissionPath,
  admissionTokenOf,
  gateFederationRules,
  gateRules,
  gateWebhook,
} from "../manifests/rolloutGate";
import { controllerFlags, gateTemplates } from "../manifests/rollouts";
import type { FlagSource } from "../sources";
import { gateKey, tokenOf } from "../tokens";
import { rolloutGateName, rolloutGatePort, rolloutsName } from "../component";
import type { Cluster } from "../../../resources/foundation";
import { createIdentity } from "../../../resources/identity";
import type { LocalRegion } from "../../../providers/local/resources/region";
import { LocalService, ownService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalRolloutsArgs {
  readonly context: LocalContext;
  readonly region: LocalRegion;
  readonly federation: Cluster;
  readonly flags: FlagSource;
  /** The gates' token for the federation. Secret. */
  readonly gates: pulumi.Output<string>;
}

/**
 * An invalid port. Argo Rollouts listens on every address of the machine, and no setting changes that. With an invalid port it does
 * not listen, logs an error and continues. Its health endpoint only reports that the process runs.
 */
const noPort = -1;

/** Creates the account with which regions share their stable versions. @returns its token. */
export function createGateIdentity(federation: Cluster & pulumi.Resource): pulumi.Output<string> {
  const args = { cluster: federation, account: "rollout-gate", rules: gateFederationRules };
  return createIdentity("federation-rollout-gate", args, federation);
}

/** Argo Rollouts of a region, which rolls out new versions in steps, and the gate that it polls before each. */
export class LocalRollouts extends pulumi.ComponentResource {
  /** The webhook with which the API server calls the gate before it creates a Rollout. */
  readonly admission: pulumi.Resource;
  private readonly port: number;

  constructor(name: string, args: LocalRolloutsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Rollouts", name, {}, opts);
    const { context, region } = args;
    this.port = context.ports[rolloutGatePort(region.name)] ?? 0;
    const token = createIdentity(
      `${name}-rollout-gate`,
      { cluster: region, account: "rollout-gate", rules: gateRules },
      this,
    );
    const key = token.apply(gateKey);
    const gate = this.startGate(args, token, key);
    this.admission = this.registerGate(args, key, gate);
    this.startController(args);
    this.registerOutputs({});
  }

  private get gateUrl(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  private startGate(
    { context, region, federation, gates, flags }: LocalRolloutsArgs,
    token: pulumi.Output<string>,
    key: pulumi.Output<string>,
  ): LocalService {
    const name = rolloutGateName(region.name);
    const dir = serviceDir(context.instance, name);
    const port = this.port;
    const config = (api: GateConfig["api"], karmada: GateConfig["federation"]): GateConfig => ({
      region: region.plan.flagContext,
      flags,
      listen: { address: "127.0.0.1", port },
      tls: { certFile: path.join(dir, "tls.crt"), keyFile: path.join(dir, "tls.key") },
      keyFile: path.join(dir, "key"),
      memory: { file: path.join(dir, "memory.json") },
      api,
      federation: karmada,
    });
    const connections = pulumi
      .all([region.server, region.ca, token, federation.server, federation.ca, gates])
      .apply(([server, ca, own, karmada, karmadaCa, shared]) =>
        JSON.stringify(
          config({ server, ca, token: own }, { server: karmada, ca: karmadaCa, token: shared }),
        ),
      );
    return new LocalService(
      name,
      {
        context,
        ...ownService("rollout-gate", dir, 128),
        files: { "config.json": connections, key },
        serving: { cluster: region, hosts: ["127.0.0.1", "localhost"] },
        ports: [port],
        readyUrl: `${this.gateUrl}/healthz`,
      },
      { parent: this },
    );
  }

  /** Configures Argo Rollouts to poll the gate before each weight, and the API server to call it before it creates a Rollout. */
  private registerGate(
    { region }: LocalRolloutsArgs,
    key: pulumi.Output<string>,
    gate: pulumi.Resource,
  ): pulumi.Resource {
    const opts = { parent: this, provider: region.provider, deletedWith: region.resource };
    for (const template of gateTemplates(this.gateUrl)) {
      const { name } = template.metadata;
      new k8s.apiextensions.CustomResource(`${region.name}-${name}`, template, {
        ...opts,
        dependsOn: [region.rolloutKinds],
      });
    }
    const webhook = pulumi.all([key, region.ca]).apply(([secret, ca]) => {
      const secretPath = admissionPath(tokenOf(secret, admissionTokenOf));
      return gateWebhook({ url: this.gateUrl, path: secretPath, ca });
    });
    return new k8s.admissionregistration.v1.MutatingWebhookConfiguration(
      `${region.name}-rollout-gate`,
      { metadata: webhook.metadata, webhooks: webhook.webhooks as never },
      { ...opts, dependsOn: [gate] },
    );
  }

  private startController({ context, region }: LocalRolloutsArgs): void {
    const name = rolloutsName(region.name);
    const dir = serviceDir(context.instance, name);
    new LocalService(
      name,
      {
        context,
        command: [
          toolPath("argo-rollouts"),
          `--kubeconfig=${path.join(dir, "kubeconfig")}`,
          "--leader-elect=false",
          "--loglevel=warn",
          ...controllerFlags,
          ...["--healthzPort", "--metricsPort"].map((flag) => `${flag}=${noPort}`),
        ],
        // Analyses trust only the region's CA, as they poll only the gate.
        variables: { POD_NAMESPACE: "argo-rollouts", SSL_CERT_FILE: path.join(dir, "ca.crt") },
        files: { kubeconfig: region.kubeconfig, "ca.crt": region.ca },
        ports: [],
      },
      { parent: this, dependsOn: [region.rolloutKinds] },
    );
  }
}
