import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import type { GateFlags } from "../awsGates";
import { gateName } from "../../../plan/names";
import type { FlagContext } from "../sources";
import { gateKey, tokenOf } from "../tokens";
import {
  gateAccount,
  gateBudget,
  gateConfig,
  gateContainer,
  gateFolders,
  gateHost,
  gateMetadata,
  gateNamespace,
  gateParts,
  gatePod,
  gateService,
  gateSet,
  sdkKeySecret,
} from "../manifests/awsRolloutGate";
import { admissionPath, admissionTokenOf, gateWebhook } from "../manifests/rolloutGate";
import { fingerprint } from "../../../manifests/charts";
import { gateTemplates } from "../manifests/rollouts";
import type { Manifest } from "../../../manifests/types";
import type { Cluster } from "../../../resources/foundation";
import type { ServingCertificate } from "../../../resources/servingCertificate";

/** Connection of the regions' gates to Karmada. */
export interface GateFederation {
  readonly server: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  /** Name in its certificate, which does not contain the load balancer's. */
  readonly serverName: string;
  /** Token of the gates' account in Karmada. Secret. */
  readonly token: pulumi.Output<string>;
}

export interface RolloutGateArgs {
  readonly region: Cluster;
  /** The region's context for the flags' rules. */
  readonly context: FlagContext;
  readonly flags: GateFlags;
  /** Flags in LaunchDarkly's format, if the source is a file. */
  readonly flagFile: string;
  /** Image with digest; undefined: none is published yet, so no gate runs and the creation of Rollouts is pending. */
  readonly image: string | undefined;
  readonly federation: GateFederation;
  readonly certificate: ServingCertificate;
  /** Resources after which the kinds of Argo Rollouts and External Secrets exist, and nodes. */
  readonly installed: readonly pulumi.Resource[];
}

/** A region's gate in pods and its clients: Argo Rollouts through its analyses, the API server through its webhook. */
export class RolloutGate extends pulumi.ComponentResource {
  /** Prerequisites of the first Rollout: without the gate's admission it would be at 100 % immediately. */
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
    const parts = this.createParts(key, within);
    const service = this.object(gateService(), within);
    this.object(gateBudget(), within);
    const pods = this.startPods(parts, [...account, ...parts.resources]);
    const asked = this.registerGate(key, [service, ...pods]);
    this.ready = [...asked, ...pods];
    this.registerOutputs({});
  }

  /** Creates the ConfigMaps and Secrets that the pods mount. */
  private createParts(
    key: pulumi.Output<string>,
    within: pulumi.CustomResourceOptions,
  ): GateMounts {
    const { certificate } = this.args;
    const text = this.configuration();
    const secret = (
      part: "config" | "tls",
      type: string,
      stringData: Record<string, pulumi.Output<string>>,
    ) => {
      const name = gateParts[part];
      const metadata = { name, namespace: gateName };
      return new kx.Secret(`${this.prefix}-${name}`, { metadata, type, stringData }, within);
    };
    const config = secret("config", "Opaque", { "config.json": text, key });
    const tls = secret("tls", "kubernetes.io/tls", {
      "tls.crt": certificate.certificate,
      "tls.key": certificate.key,
    });
    const flags = this.createFlags(within);
    const version = pulumi
      .all([text, certificate.certificate])
      .apply((texts) => fingerprint(...texts));
    return {
      resources: [config, tls, ...flags.resources],
      mounts: [config.mount(gateFolders.config), tls.mount(gateFolders.tls), flags.mount],
      version: pulumi.unsecret(version),
    };
  }

  /** The flag file or LaunchDarkly's key. A user stores the key, possibly after the pods have started. */
  private createFlags(within: pulumi.CustomResourceOptions) {
    const { flags, flagFile } = this.args;
    if (flags.kind === "launchdarkly") {
      this.object(sdkKeySecret(flags.secret), this.after(within));
      const name = gateParts.launchDarkly;
      const volume = { name, secret: { secretName: name, optional: true } };
      return { resources: [], mount: { volume, destPath: gateFolders.launchDarkly } };
    }
    const metadata = { name: gateParts.flags, namespace: gateName };
    const data = { "flags.json": flagFile };
    const map = new kx.ConfigMap(`${this.prefix}-${gateParts.flags}`, { metadata, data }, within);
    return { resources: [map], mount: map.mount(gateFolders.flags) };
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
    { mounts, version }: GateMounts,
    dependsOn: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    const { image } = this.args;
    if (image === undefined) return [];
    const container = { ...gateContainer(image), volumeMounts: [...mounts] };
    const { podSpec } = new kx.PodBuilder({ ...gatePod, containers: [container] } as never);
    const spec = pulumi.all([version, podSpec]).apply(([text, pod]) => {
      const { template, ...set } = gateSet(text);
      return { ...set, template: { ...template, spec: pod } };
    });
    return [
      new k8s.apps.v1.StatefulSet(
        `${this.prefix}-${gateName}`,
        { metadata: gateMetadata, spec: spec as never },
        {
          ...this.child,
          dependsOn: [...dependsOn, ...this.args.installed],
          customTimeouts: { create: "15m", update: "15m" },
        },
      ),
    ];
  }

  /** Configures Argo Rollouts to poll the gate before each weight, and the API server to call it before it creates a Rollout. */
  private registerGate(key: pulumi.Output<string>, gate: pulumi.Resource[]): pulumi.Resource[] {
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

  /** The same options, with a dependency on the installation of the kinds. */
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

/** The mounts of the gate's pods. */
interface GateMounts {
  readonly resources: readonly pulumi.Resource[];
  readonly mounts: readonly pulumi.Input<kx.types.VolumeMount>[];
  /** Changes when a file changes that the pods read only at startup. */
  readonly version: pulumi.Output<string>;
}

/** Built-in kinds of Kubernetes among the gate's manifests. */
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
