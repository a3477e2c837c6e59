import type { Manifest } from "../../../manifests/types";
import { eksApi, ownedTags } from "../../../providers/aws/cluster/manifests/nodeClass";

/** What an Ingress names to get an Application Load Balancer of its own. */
export const albClassName = "alb";

/** A key and what it is set to, as load balancers have attributes and tags. */
export interface Pair<Text = string> {
  readonly key: string;
  readonly value: Text;
}

/**
 * The part of Auto Mode's IngressClassParams that Meridian uses.
 * Source: Amazon EKS User Guide, "Create an IngressClass to configure an Application Load Balancer".
 * @typeParam Text how values are given that only AWS knows: a string, or one that is still to come.
 */
export interface IngressClassParamsSpec<Text = string> {
  readonly scheme: "internet-facing" | "internal";
  readonly subnets: { readonly ids: readonly Text[] };
  readonly loadBalancerAttributes: readonly Pair<string | Text>[];
  readonly tags: readonly Pair[];
}

export interface LoadBalancerSettings<Text = string> {
  readonly environment: string;
  /** Name as EKS knows the cluster: what its load balancers log lies below it in the bucket. */
  readonly eksName: string;
  /** Where the load balancers stand. By id: the hub's cluster is in the same VPC. */
  readonly subnetIds: readonly Text[];
  /** The region's bucket for access logs. */
  readonly accessLogBucket: Text;
}

/** Load balancers of apps' own Ingresses: on the internet, logged, and tagged as their cluster's. */
export function albParams<Text>(
  settings: LoadBalancerSettings<Text>,
): Manifest<IngressClassParamsSpec<Text>> {
  const { environment, eksName, subnetIds, accessLogBucket } = settings;
  return {
    apiVersion: eksApi,
    kind: "IngressClassParams",
    metadata: { name: albClassName },
    spec: {
      scheme: "internet-facing",
      subnets: { ids: subnetIds },
      loadBalancerAttributes: pairs({
        ...accessLogs(accessLogBucket, eksName),
        "routing.http.drop_invalid_header_fields.enabled": "true",
      }),
      tags: pairs(ownedTags(environment, eksName)),
    },
  };
}

/** The class itself. No default: apps are reached through the gateway, and one that wants its own says so. */
export const albClass: Manifest<{
  readonly controller: string;
  readonly parameters: { readonly apiGroup: string; readonly kind: string; readonly name: string };
}> = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: albClassName },
  spec: {
    controller: "eks.amazonaws.com/alb",
    parameters: { apiGroup: "eks.amazonaws.com", kind: "IngressClassParams", name: albClassName },
  },
};

function accessLogs<Text>(bucket: Text, eksName: string): Record<string, string | Text> {
  return {
    "access_logs.s3.enabled": "true",
    "access_logs.s3.bucket": bucket,
    "access_logs.s3.prefix": eksName,
  };
}

function pairs<Text>(values: Readonly<Record<string, Text>>): Pair<Text>[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** The part of Auto Mode's TargetGroupBinding that Meridian uses. Same sources; `targetType` is required there. */
export interface TargetGroupBindingSpec<Text = string> {
  readonly targetGroupARN: Text;
  readonly targetType: "ip";
  readonly serviceRef: { readonly name: string; readonly port: number | string };
}

export interface BindingSettings<Text = string> {
  readonly name: string;
  /** Of the Service. */
  readonly namespace: string;
  readonly service: string;
  /** Number or name of the Service's port. */
  readonly port: number | string;
  readonly targetGroupArn: Text;
}

/**
 * Keeps the pods behind a Service registered with a target group that the program made.
 *
 * The target group has to carry the tag `clusterTag` with the cluster's name, or Auto Mode may not touch it (containers-roadmap
 * #2508). Who may reach the pods is the program's own security group rule: there is no `networking` here.
 */
export function targetGroupBinding<Text>(
  settings: BindingSettings<Text>,
): Manifest<TargetGroupBindingSpec<Text>> {
  const { name, namespace, service, port, targetGroupArn } = settings;
  return {
    apiVersion: eksApi,
    kind: "TargetGroupBinding",
    metadata: { name, namespace },
    spec: {
      targetGroupARN: targetGroupArn,
      targetType: "ip",
      serviceRef: { name: service, port },
    },
  };
}
