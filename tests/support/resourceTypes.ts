import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stringify } from "yaml";
import type { Release } from "../../infra/config";
import { awsStateOf } from "./aws/table";

/** Everything that Meridian registers. A type that is not here makes a test fail. */
const passedThrough: ReadonlySet<string> = new Set([
  "meridian:aws:AlarmTopic",
  "meridian:aws:AuditTrail",
  "meridian:aws:Argocd",
  "meridian:aws:BrokersEdge",
  "meridian:aws:ArgocdEdge",
  "meridian:aws:Cache",
  "meridian:aws:Connections",
  "meridian:aws:Capacity",
  "meridian:aws:Cluster",
  "meridian:aws:Database",
  "meridian:aws:DatabaseRegion",
  "meridian:aws:DataServices",
  "meridian:aws:Failback",
  "meridian:aws:FlowLogs",
  "meridian:aws:Hub",
  "meridian:aws:HubBackup",
  "meridian:aws:Karmada",
  "meridian:aws:MemberCharts",
  "meridian:aws:MemberSecrets",
  "meridian:aws:PlatformSecret",
  "meridian:aws:PodIdentity",
  "meridian:aws:Region",
  "meridian:aws:RolloutGate",
  "meridian:aws:RegionNetwork",
  "meridian:aws:RegionStreaming",
  "meridian:aws:Streaming",
  "meridian:aws:SecurityGroups",
  "meridian:aws:TransitGateway",
  "meridian:aws:TransitPeering",
  "meridian:aws:GithubAccess",
  "meridian:aws:GlobalServices",
  "meridian:aws:HostedZone",
  "meridian:aws:ImageRegistry",
  "meridian:aws:PlatformKey",
  "meridian:aws:SecureBucket",
  "meridian:index:Clearance",
  "meridian:aws:Certificates",
  "meridian:aws:Dns",
  "meridian:aws:FederationEdge",
  "meridian:aws:Firewall",
  "meridian:aws:RegionEdge",
  "meridian:index:Manifests",
  "meridian:index:Membership",
  "meridian:index:Reachable",
  "meridian:local:Component",
  "meridian:local:GitNotifier",
  "meridian:local:Dns",
  "meridian:local:Edge",
  "meridian:local:Failback",
  "meridian:local:KafkaStorage",
  "meridian:local:KafkaTopics",
  "meridian:local:KubernetesCluster",
  "meridian:local:NodePool",
  "meridian:local:Rollouts",
  "meridian:local:Service",
  "meridian:local:Streaming",
  "meridian:local:Zone",
  "meridian:platform:Delivery",
  "meridian:platform:Federation",
  "meridian:platform:FederationMember",
  "meridian:platform:Platform",
  "meridian:platform:StreamingClients",
  "pulumi:providers:aws",
  "pulumi:providers:kubernetes",
  // Stand-ins of the tests' own foundation.
  "test:index:Standing",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
  "kubernetes:apiregistration.k8s.io/v1:APIService",
  "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:argoproj.io/v1alpha1:ClusterAnalysisTemplate",
  "kubernetes:config.karmada.io/v1alpha1:ResourceInterpreterCustomization",
  "kubernetes:apps/v1:DeploymentPatch",
  "kubernetes:argoproj.io/v1alpha1:Application",
  "kubernetes:argoproj.io/v1alpha1:AppProject",
  "kubernetes:argoproj.io/v1alpha1:AppProjectPatch",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:core/v1:ConfigMap",
  "kubernetes:core/v1:Namespace",
  "kubernetes:core/v1:Secret",
  "kubernetes:core/v1:Service",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:eks.amazonaws.com/v1:IngressClassParams",
  "kubernetes:eks.amazonaws.com/v1:NodeClass",
  "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding",
  "kubernetes:external-secrets.io/v1:ClusterExternalSecret",
  "kubernetes:external-secrets.io/v1:ClusterSecretStore",
  "kubernetes:external-secrets.io/v1:ExternalSecret",
  "kubernetes:kafka.strimzi.io/v1:Kafka",
  "kubernetes:kafka.strimzi.io/v1:KafkaMirrorMaker2",
  "kubernetes:kafka.strimzi.io/v1:KafkaNodePool",
  "kubernetes:kafka.strimzi.io/v1:KafkaTopic",
  "kubernetes:kafka.strimzi.io/v1:KafkaUser",
  "kubernetes:karpenter.sh/v1:NodePool",
  "kubernetes:networking.k8s.io/v1:IngressClass",
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:policy.karmada.io/v1alpha1:ClusterOverridePolicy",
  "kubernetes:policy.karmada.io/v1alpha1:ClusterPropagationPolicy",
  "kubernetes:policy.karmada.io/v1alpha1:ClusterTaintPolicy",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  "kubernetes:storage.k8s.io/v1:StorageClass",
]);

/** What the fake engine answers: the inputs, and what their provider would compute. */
export function stateOf(args: MockResourceArgs): object | undefined {
  const { type, name } = args;
  if (type.startsWith("aws:")) return awsStateOf(args);
  const given = args.inputs as Record<string, unknown>;
  if (type === "meridian:local:Cluster") {
    const { apiServer } = given["ports"] as { apiServer: number };
    const server = `https://127.0.0.1:${apiServer}`;
    return { ...given, server, ca: caOf(name), kubeconfig: kubeconfigFor(name, server) };
  }
  if (type === "meridian:index:ServingCertificate")
    return {
      ...given,
      authority: caOf(name),
      certificate: `CERTIFICATE OF ${name}`,
      key: secretMark,
    };
  if (type === "meridian:local:Identities") {
    const pairOf = ({ name: user }: { readonly name: string }) =>
      [user, { certificate: `CERTIFICATE OF ${user}`, key: secretMark }] as const;
    const identities = given["identities"] as readonly { readonly name: string }[];
    const pairs = Object.fromEntries(identities.map(pairOf));
    return { ...given, authority: caOf(name), authorityKey: secretMark, pairs };
  }
  if (type === "meridian:index:Release") {
    const { tag = "", commit = "" } = (given["requested"] ?? {}) as Partial<Release>;
    return { ...given, tag, commit, history: [] };
  }
  if (!passedThrough.has(type)) return undefined;
  if (args.id === "karmada-system/karmada-kubeconfig")
    return { data: { kubeconfig: chartKubeconfig } };
  if (given["type"] !== "kubernetes.io/service-account-token") return given;
  return { ...given, data: { token: tokenOf(name) } };
}

/** Certificate authority of a fake cluster. */
export function caOf(cluster: string): string {
  return `CA OF ${cluster}`;
}

/** Service account token of a fake cluster's Secret, as its `data` has it. */
export function tokenOf(name: string): string {
  return Buffer.from(`TOKEN OF ${name}`).toString("base64");
}

/** A private key that a command line or a variable must never contain. Base64, as kubeconfigs have it. */
export const secretMark = Buffer.from("PRIVATE-KEYS").toString("base64");

/** What Karmada's chart leaves in its Secret, as its `data` has it. */
export const chartKubeconfig = Buffer.from(
  kubeconfigFor(
    "karmada-apiserver",
    "https://karmada-apiserver.karmada-system.svc.cluster.local:5443",
  ),
).toString("base64");

export function kubeconfigFor(cluster: string, server: string): string {
  return stringify({
    "current-context": cluster,
    clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": "Q0E=" } }],
    users: [
      {
        name: cluster,
        user: { "client-certificate-data": "Q0VSVA==", "client-key-data": secretMark },
      },
    ],
  });
}
