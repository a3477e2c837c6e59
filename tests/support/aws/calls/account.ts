import type { DataSource } from "./types";

/** Services that every ordinary region has, as far as any is asked for, by the names of Systems Manager. */
const services = [
  ...["acm", "dynamodb", "ec2", "ecr", "eks", "elasticache", "elb", "kms", "rds", "s3"],
  ...["secretsmanager", "sts", "vpc", "waf"],
];

/** Who and where one is, and what may be had there. */
export const accountCalls: Readonly<Record<string, DataSource>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, { account }) => ({
    id: account,
    accountId: account,
    arn: `arn:aws:iam::${account}:user/tests`,
    userId: "AIDATESTS",
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": (_args, { region }) => ({
    id: region,
    region,
    name: region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getRegions:getRegions": (_args, { facts }) => ({
    id: "aws",
    names: Object.keys(facts.regions),
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, { region, regionFacts }) => ({
    id: region,
    region,
    ...(args["state"] === undefined ? {} : { state: args["state"] }),
    groupNames: [region],
    names: regionFacts.zones.map((letter) => `${region}${letter}`),
    zoneIds: regionFacts.zones.map(
      (letter, index) => regionFacts.zoneIds?.[letter] ?? `${region}-az${index + 1}`,
    ),
  }),
  "aws:index/getService:getService": (args, asked) => {
    const region = (args["region"] as string | undefined) ?? asked.region;
    const name = `${(args["reverseDnsName"] as string | undefined) ?? ""}`.split(".").at(-1);
    const serviceId = (args["serviceId"] as string | undefined) ?? name ?? "";
    return {
      id: `com.amazonaws.${region}.${serviceId}`,
      serviceId,
      region,
      partition: "aws",
      dnsName: `${serviceId}.${region}.amazonaws.com`,
      reverseDnsPrefix: "com.amazonaws",
      reverseDnsName: `com.amazonaws.${region}.${serviceId}`,
      supported: !(asked.facts.regions[region]?.lacks.includes(serviceId) ?? true),
    };
  },
  // AWS publishes under this path which services a region has.
  "aws:ssm/getParametersByPath:getParametersByPath": (args, asked) => {
    const path = args["path"] as string;
    const region = /\/regions\/([^/]+)\/services$/.exec(path)?.[1] ?? "";
    const known = asked.facts.regions[region];
    if (known === undefined) throw new Error(`the stand-in has no parameters at ${path}`);
    const values = services.filter((service) => !known.lacks.includes(service));
    const names = values.map((service) => `${path}/${service}`);
    return {
      ...{ id: path, region: asked.region, names, values, types: values.map(() => "String") },
      arns: names.map((name) => `arn:aws:ssm:${asked.region}::parameter${name}`),
    };
  },
  "aws:servicequotas/getServiceQuota:getServiceQuota": (args, { region, regionFacts, account }) => {
    const serviceCode = args["serviceCode"] as string;
    const quotaCode = (args["quotaCode"] ?? args["quotaName"]) as string;
    const { quotas } = regionFacts;
    const value = quotas[`${serviceCode}/${quotaCode}`] ?? quotas["*"];
    if (value === undefined) {
      throw new Error(
        "reading Service Quotas Service Quota: operation error Service Quotas: GetServiceQuota, " +
          `NoSuchResourceException: ${serviceCode}/${quotaCode}`,
      );
    }
    const arn = `arn:aws:servicequotas:${region}:${account}:${serviceCode}/${quotaCode}`;
    return {
      ...{ id: arn, arn, region, serviceCode, quotaCode, value, defaultValue: value },
      ...{ adjustable: true, globalQuota: false, quotaName: quotaCode, serviceName: serviceCode },
      usageMetrics: [],
    };
  },
};
