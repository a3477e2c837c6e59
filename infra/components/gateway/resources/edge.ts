import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import { edgeImage } from "../../../plan/versions";
import type { Region } from "../../../resources/foundation";

export interface EdgeArgs {
  readonly region: Region;
}

const namespace = "meridian-edge";
const port = 9898;
const labels = { "app.kubernetes.io/name": "edge", "app.kubernetes.io/part-of": "meridian" };

/** A region's health endpoint: what a health check asks, from outside, whether the region serves. */
export class Edge extends pulumi.ComponentResource {
  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Edge", name, {}, opts);
    const { region } = args;
    const child = { parent: this, provider: region.provider, deletedWith: region.resource };
    const space = new k8s.core.v1.Namespace(
      `${name}-${namespace}`,
      {
        metadata: {
          name: namespace,
          labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        },
      },
      child,
    );
    const deployment = new kx.Deployment(
      `${name}-edge`,
      {
        metadata: { name: "edge", namespace, labels },
        spec: podBuilder().asDeploymentSpec({ replicas: 2 }),
      },
      { ...child, dependsOn: [space] },
    );
    new kx.Service(
      `${name}-edge`,
      {
        // The Deployment has been waited for; waiting for its endpoints too would add ten seconds.
        metadata: {
          name: "edge",
          namespace,
          labels,
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          type: "ClusterIP",
          selector: deployment.spec.selector.matchLabels,
          ports: [{ name: "http", port: 80, targetPort: port }],
        },
      },
      { ...child, dependsOn: [deployment] },
    );
    this.registerOutputs({});
  }
}

/** Two pods over two zones, restricted as the Pod Security Standard asks. */
function podBuilder(): kx.PodBuilder {
  const probe = (path: string) => ({ httpGet: { path, port } });
  return new kx.PodBuilder({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        // The label that PodBuilder gives its pods.
        labelSelector: { matchLabels: { app: "edge" } },
      },
    ],
    containers: [
      {
        name: "edge",
        image: edgeImage,
        ports: { http: port },
        startupProbe: probe("/healthz"),
        livenessProbe: probe("/healthz"),
        readinessProbe: probe("/readyz"),
        resources: {
          requests: { cpu: "20m", memory: "32Mi" },
          limits: { cpu: "200m", memory: "64Mi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  });
}
