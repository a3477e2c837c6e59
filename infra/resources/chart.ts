import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartValues } from "../manifests/charts";
import { type ChartPin, chartSource } from "../plan/charts";
import type { Cluster } from "./foundation";

export interface ChartArgs {
  readonly cluster: Pick<Cluster, "provider" | "resource">;
  readonly chart: ChartPin;
  /** URL that has every chart, instead of the publishers. Default: the publishers. */
  readonly mirror: string | undefined;
  /** Name of the release. The chart's objects are named after it. */
  readonly release: string;
  readonly namespace: string;
  readonly values: pulumi.Input<ChartValues>;
  /** Whether the chart's own kinds are left out, as another chart has made them. Default: they are made. */
  readonly skipCrds?: boolean;
  /** Whether the namespace is there already. Default: it is made. */
  readonly namespaceExists?: boolean;
}

/** Time for a chart's pods to be ready, in seconds: nodes for them may have to be started first. */
const timeoutSeconds = 900;

/**
 * Installs a chart and waits until all of it is ready. What fails is taken back whole, so the next run
 * begins where this one did.
 *
 * A `Release`, and no `Chart`: a Chart is rendered in the program, for which the cluster is asked for its
 * version and kinds. At a first preview, when there is no kubeconfig yet, that fails (pulumi-kubernetes
 * #3027) or shows nothing of what will be made. A Release is one resource: its provider asks the cluster
 * for nothing before it is created, but does look for the chart, so a wrong version is found at preview.
 * It also keeps Helm's hooks, which make Karmada's certificates.
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

/** The engine wants an object whose fields it may name. */
function plainValues(values: ChartValues): Record<string, unknown> {
  return { ...values };
}
