import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GateFlags } from "../awsGates";
import { gateName } from "../../../plan/names";
import type { FlagContext } from "../sources";
import { gateKey, tokenOf } from "../tokens";
import {
  gateAccount,
  gateBudget,
  gateConfig,
  gateHost,
  gateNamespace,
  gateParts,
  gatePods,
  gateService,
  sdkKeySecret,
} from "../manifests/awsRolloutGate";
import { admissionPath, admissionTokenOf, gateWebhook } from "../manifests/rolloutGate";
import { fingerprint } from "../../../manifests/charts";
import { gateTemplates } from "../manifests/rollouts";
import type { Manifest } from "../../../manifests/types";
import type { Cluster } from "../../../resources/foundation";
import type { ServingCertificate } from "../../../resources/servingCertificate";

/** Karmada, as gates reach it from their regions. */
export interface GateFederation {
  readonly server: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  /** Name in its certificate, which has no load balancer's. */
  readonly serverName: string;
  /** Of the gates' account there. Secret. */
  readonly token: pulumi.Output<string>;
}

export interface RolloutGateArgs {
  readonly region: Cluster;
  /** The region as flags' rules see it. */
  readonly context: FlagContext;
  readonly flags: GateFlags;
  /** Flags in LaunchDarkly's format, where they come from a file. */
  readonly flagFile: string;
  /** With its digest; undefined: none has been published yet, so that no gate runs and Rollouts wait to be created. */
  readonly image: string | undefined;
  readonly federation: GateFederation;
  readonly certificate: ServingCertificate;
  /** Kinds of Argo Rollouts and of External Secrets are there, and nodes. */
  readonly installed: readonly pulumi.Resource[];
}

/** A region's gate in pods, and all who ask it: Argo Rollouts by its analyses, the API server by its webhook. */
export class RolloutGate extends pulumi.ComponentResource {
  /** Before a Rollout can come: one that no gate has admitted would be at 100 % at once. */
  readonly ready: readonly pulumi.Resource[];
  private readonly child: pulumi.CustomResourceOptions;

  constructor(
    private readonly prefix: string,
    private readonly args: RolloutGateArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:aws:RolloutGate", prefix, {}, opts);
    const { region, flags, certificate } = args;
    this.child = { parent: this, provider: region.provider, deletedWith: region.resource };
    const space = new k8s.core.v1.Namespace(
      `${prefix}-${gateName}`,
      gateNamespace(flags.kind === "launchdarkly") as never,
      this.child,
    );
    const within = { ...this.child, dependsOn: [space] };
    const key = certificate.key.apply(gateKey);
    const account = gateAccount().map((one) => this.object(one, within));
    const mounted = this.createParts(key, within);
    const service = this.object(gateService(), within);
    this.object(gateBudget(), within);
    const pods = this.startPods([...account, ...mounted.resources], mounted.version);
    const asked = this.haveItAsked(key, [service, ...pods]);
    this.ready = [...asked, ...pods];
    this.registerOutputs({});
  }

  /** What the pods mount. */
  private createParts(key: pulumi.Output<string>, within: pulumi.CustomResourceOptions) {
    const { certificate, flags, flagFile } = this.args;
    const config = this.configuration();
    const secret = (
      name: string,
      type: string,
      stringData: Record<string, pulumi.Output<string>>,
    ) =>
      new k8s.core.v1.Secret(
        `${this.prefix}-${name}`,
        { metadata: { name, namespace: gateName }, type, stringData },
        within,
      );
    const resources: pulumi.Resource[] = [
      secret(gateParts.config, "Opaque", { "config.json": config, key }),
      secret(gateParts.tls, "kubernetes.io/tls", {
        "tls.crt": certificate.certificate,
        "tls.key": certificate.key,
      }),
    ];
    if (flags.kind === "launchdarkly") this.object(sdkKeySecret(flags.secret), this.after(within));
    else {
      const metadata = { name: gateParts.flags, namespace: gateName };
      const data = { "flags.json": flagFile };
      resources.push(
        new k8s.core.v1.ConfigMap(`${this.prefix}-${gateParts.flags}`, { metadata, data }, within),
      );
    }
    const version = pulumi
      .all([config, certificate.certificate])
      .apply((texts) => fingerprint(...texts));
    return { resources, version: pulumi.unsecret(version) };
  }

  private configuration(): pulumi.Output<string> {
    const { region, context, flags, federation } = this.args;
    const known = pulumi.all([region.ca, federation.server, federation.ca, federation.token]);
    const config = known.apply(([ca, server, authority, token]) =>
      JSON.stringify(
        gateConfig({
          ...{ region: context, flags, ca },
          federation: { server, ca: authority, serverName: federation.serverName, token },
        }),
      ),
    );
    return pulumi.secret(config);
  }

  private startPods(
    dependsOn: pulumi.Resource[],
    version: pulumi.Output<string>,
  ): readonly pulumi.Resource[] {
    const { image } = this.args;
    if (image === undefined) return [];
    const pods = version.apply((text) => gatePods(image, text));
    return [
      new k8s.apps.v1.StatefulSet(
        `${this.prefix}-${gateName}`,
        { metadata: pods.metadata as never, spec: pods.spec as never },
        {
          ...this.child,
          dependsOn: [...dependsOn, ...this.args.installed],
          customTimeouts: { create: "15m", update: "15m" },
        },
      ),
    ];
  }

  /** Has Argo Rollouts ask the gate before each weight, and the API server before a Rollout is created. */
  private haveItAsked(key: pulumi.Output<string>, gate: pulumi.Resource[]): pulumi.Resource[] {
    const templates = gateTemplates(`https://${gateHost}`).map((template) =>
      this.object(template, this.after(this.child)),
    );
    const webhook = pulumi
      .all([key, this.args.certificate.authority])
      .apply(([secret, ca]) =>
        gateWebhook({ path: admissionPath(tokenOf(secret, admissionTokenOf)), ca }),
      );
    const admission = new k8s.admissionregistration.v1.MutatingWebhookConfiguration(
      `${this.prefix}-${gateName}`,
      { metadata: webhook.metadata, webhooks: webhook.webhooks as never },
      { ...this.child, dependsOn: gate },
    );
    return [...templates, admission];
  }

  /** The same, after what brings the kinds. */
  private after(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const before = (opts.dependsOn ?? []) as pulumi.Resource[];
    return { ...opts, dependsOn: [...before, ...this.args.installed] };
  }

  private object(manifest: Manifest, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const name = `${this.prefix}-${manifest.kind.toLowerCase()}-${manifest.metadata.name}`;
    const Kind = builtIn[manifest.kind];
    if (Kind !== undefined) return new Kind(name, manifest as never, opts);
    return new k8s.apiextensions.CustomResource(name, manifest, opts);
  }
}

/** Kinds of Kubernetes' own among the gate's manifests. */
const builtIn: Readonly<
  Record<
    string,
    new (name: string, args: never, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource
  >
> = {
  ServiceAccount: k8s.core.v1.ServiceAccount,
  Service: k8s.core.v1.Service,
  ClusterRole: k8s.rbac.v1.ClusterRole,
  ClusterRoleBinding: k8s.rbac.v1.ClusterRoleBinding,
  Role: k8s.rbac.v1.Role,
  RoleBinding: k8s.rbac.v1.RoleBinding,
  PodDisruptionBudget: k8s.policy.v1.PodDisruptionBudget,
};
