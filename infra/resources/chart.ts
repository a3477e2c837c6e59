import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartValues } from "../manifests/charts";
import { type ChartPin, chartSource } from "../plan/charts";
import type { Cluster } from "./foundation";

export interface ChartArgs {
  readonly cluster: Pick<Cluster, "provider" | "resource">;
  readonly chart: ChartPin;
  /** URL of a mirror that has all charts. Default: the publishers' repositories. */
  readonly mirror: string | undefined;
  /** Name of the release. The chart's objects are named after it. */
  readonly release: string;
  readonly namespace: string;
  readonly values: pulumi.Input<ChartValues>;
  /** Whether the chart's CRDs are skipped because another chart has created them. Default: they are installed. */
  readonly skipCrds?: boolean;
  /** Whether the namespace exists already. Default: it is created. */
  readonly namespaceExists?: boolean;
}

/** Time limit for a chart's pods to become ready, in seconds: their nodes may have to start first. */
const timeoutSeconds = 900;

/**
 * Installs a chart and waits until all of it is ready. A failed installation is rolled back completely, so the next run starts from
 * the same state.
 *
 * This is a `Release`, not a `Chart`. The program renders a Chart and queries the cluster for its version and kinds. At a first
 * preview, when there is no kubeconfig yet, that fails (pulumi-kubernetes #3027) or does not show the objects that will be created.
 * A Release is one resource: its provider does not query the cluster before it is created, but does resolve the chart, so preview
 * detects a wrong version. It also runs Helm's hooks, which create Karmada's certificates.
 */
export function installChart(
  name: string,
  args: ChartArgs,
  opts: pulumi.CustomResourceOptions = {},
): k8s.helm.v3.Release {
  const { cluster, chart, mirror, release, namespace, values } = args;
  return new k8s.helm.v3.Release(
    name,
    {
      ...chartSource(chart, mirror),
      version: chart.version,
      name: release,
      namespace,
      createNamespace: args.namespaceExists !== true,
      skipCrds: args.skipCrds === true,
      atomic: true,
      cleanupOnFail: true,
      timeout: timeoutSeconds,
      maxHistory: 5,
      values: pulumi.output(values).apply(plainValues),
    },
    { ...opts, provider: cluster.provider, deletedWith: cluster.resource },
  );
}

/** The engine requires an object with an index signature. */
function plainValues(values: ChartValues): Record<string, unknown> {
  return { ...values };
}
