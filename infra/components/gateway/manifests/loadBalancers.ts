import type { Manifest } from "../../../manifests/types";
import { eksApi, ownedTags } from "../../../providers/aws/cluster/manifests/nodeClass";

/** IngressClass of an Ingress with a separate Application Load Balancer. */
export const albClassName = "alb";

/** A key and its value, for attributes and tags of load balancers. */
export interface Pair<Text = string> {
  readonly key: string;
  readonly value: Text;
}

/**
 * The part of Auto Mode's IngressClassParams that Meridian uses.
 * Source: Amazon EKS User Guide, "Create an IngressClass to configure an Application Load Balancer".
 * @typeParam Text type of values that AWS generates: a string, or an output.
 */
export interface IngressClassParamsSpec<Text = string> {
  readonly scheme: "internet-facing" | "internal";
  readonly subnets: { readonly ids: readonly Text[] };
  readonly loadBalancerAttributes: readonly Pair<string | Text>[];
  readonly tags: readonly Pair[];
}

export interface LoadBalancerSettings<Text = string> {
  readonly environment: string;
  /** The cluster's name in EKS, the prefix of its load balancers' logs in the bucket. */
  readonly eksName: string;
  /** Subnets of the load balancers, by id: the hub's cluster is in the same VPC. */
  readonly subnetIds: readonly Text[];
  /** The region's bucket for access logs. */
  readonly accessLogBucket: Text;
}

/** Load balancers of apps' own Ingresses: internet-facing, with access logs, and with their cluster's tags. */
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

/** The IngressClass. It is not the default: apps use the gateway unless their Ingress specifies this class. */
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
  /** Namespace of the Service. */
  readonly namespace: string;
  readonly service: string;
  /** Number or name of the Service's port. */
  readonly port: number | string;
  readonly targetGroupArn: Text;
}

/**
 * Registers the pods of a Service with a target group that the program created.
 *
 * The target group needs the tag `clusterTag` with the cluster's name, otherwise Auto Mode may not modify it (containers-roadmap
 * #2508). The program's security group rule controls access to the pods, so `networking` is not set here.
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
