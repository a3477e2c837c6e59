import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import type { AliasRecord, HealthCheck, Route53Plan, Routing } from "../route53";
import type { EdgeOutputs } from "../../../providers/aws/resources/types";

export interface DnsArgs {
  readonly plan: Route53Plan;
  /** Zone of the plan's domain. */
  readonly zoneId: pulumi.Input<string>;
  /** By region. */
  readonly edges: Readonly<Record<string, EdgeOutputs>>;
  /** Argo CD's full host name and its edge; undefined: no ingress. */
  readonly door?: { readonly host: string; readonly edge: EdgeOutputs } | undefined;
}

/** Public DNS records of the apps and their health checks. */
export class Dns extends pulumi.ComponentResource {
  constructor(name: string, args: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Dns", name, {}, opts);
    const { plan } = args;
    const checks = new Map(
      plan.checks.map((check) => [check.key, createCheck(check, { parent: this })]),
    );
    // Route 53 rejects an alias to a name that does not exist.
    const byName = new Map<string, readonly route53.Record[]>();
    for (const record of plan.records) {
      const { target } = record;
      const dependsOn = target.kind === "name" ? [...(byName.get(target.name) ?? [])] : [];
      const check = record.check === undefined ? undefined : checks.get(record.check);
      const made = createRecord(record, args, check, { parent: this, dependsOn });
      byName.set(record.name, [...(byName.get(record.name) ?? []), made]);
    }
    if (args.door !== undefined) createIngressRecord(args.door, args.zoneId, { parent: this });
    this.registerOutputs({});
  }
}

/** The record belongs to no hub: a new hub beside the old one updates the record instead of creating a second of the same name. */
function createIngressRecord(
  { host, edge }: NonNullable<DnsArgs["door"]>,
  zoneId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const alias = { name: edge.dnsName, zoneId: edge.zoneId, evaluateTargetHealth: false };
  new route53.Record("argocd", { zoneId, name: host, type: "A", aliases: [alias] }, opts);
}

function createCheck(check: HealthCheck, opts: pulumi.CustomResourceOptions): route53.HealthCheck {
  return new route53.HealthCheck(
    check.key,
    {
      type: "HTTPS",
      fqdn: check.host,
      enableSni: true,
      port: check.port,
      resourcePath: check.path,
      requestInterval: check.intervalSeconds,
      failureThreshold: check.failureThreshold,
      // Route 53's console lists checks by this tag.
      tags: { Name: check.key },
    },
    opts,
  );
}

function createRecord(
  record: AliasRecord,
  { zoneId, edges }: DnsArgs,
  check: route53.HealthCheck | undefined,
  opts: pulumi.CustomResourceOptions,
): route53.Record {
  const { key, name, routing, setIdentifier, target, evaluateTargetHealth } = record;
  const alias =
    target.kind === "name" ? { name: target.name, zoneId } : edgeAlias(target.region, edges);
  return new route53.Record(
    key,
    {
      zoneId,
      name,
      type: "A",
      ...(setIdentifier !== undefined && { setIdentifier }),
      ...policyOf(routing),
      aliases: [{ ...alias, evaluateTargetHealth }],
      ...(check && { healthCheckId: check.id }),
    },
    opts,
  );
}

function edgeAlias(region: string, edges: DnsArgs["edges"]) {
  const edge = edges[region];
  if (edge === undefined) throw new RangeError(`there is no edge in ${region}`);
  return { name: edge.dnsName, zoneId: edge.zoneId };
}

/** Converts a routing of the plan to Route 53's arguments. */
export function policyOf(routing: Routing) {
  switch (routing.kind) {
    case "simple":
      return {};
    case "latency":
      return { latencyRoutingPolicies: [{ region: routing.region }] };
    case "failover":
      return { failoverRoutingPolicies: [{ type: routing.role }] };
    case "weighted":
      return { weightedRoutingPolicies: [{ weight: routing.weight }] };
  }
}
