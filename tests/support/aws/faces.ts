import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type {
  RegionNetworkOutputs,
  RegionProviders,
  RegionSharedOutputs,
  SecurityRole,
} from "../../../infra/providers/aws/resources/types";
import { testAccount } from "./table";

/** Faces of parts that a test is not about. All ids begin with their region's name. */

const roles: readonly SecurityRole[] = [
  "edge",
  "federation",
  "clusters",
  "endpoints",
  "database",
  "cache",
];

export function fakeNetwork(region: string, zones = 3): RegionNetworkOutputs {
  const subnets = (kind: string) =>
    Array.from({ length: zones }, (_, zone) => pulumi.output(`${region}-${kind}-${zone}`));
  return {
    vpcId: pulumi.output(`${region}-vpc`),
    subnetIds: {
      public: subnets("public"),
      private: subnets("private"),
      isolated: subnets("isolated"),
      pods: subnets("pods"),
    },
    securityGroupIds: Object.fromEntries(
      roles.map((role) => [role, pulumi.output(`${region}-${role}`)]),
    ) as RegionNetworkOutputs["securityGroupIds"],
    ready: [],
  };
}

export function fakeShared(region: string): RegionSharedOutputs {
  return {
    keyArn: pulumi.output(fakeKeyArn(region)),
    accessLogBucket: pulumi.output(`${region}-access-logs`),
    alarmTopicArn: pulumi.output(`arn:aws:sns:${region}:123456789012:alarms`),
  };
}

export function fakeKeyArn(region: string): string {
  return `arn:aws:kms:${region}:${testAccount}:key/mrk-1`;
}

/** One provider for each region, named after it. */
export function fakeProviders(regions: readonly string[]): RegionProviders {
  return Object.fromEntries(
    regions.map((region) => [
      region,
      new aws.Provider(region, { region: region as aws.Region, allowedAccountIds: [testAccount] }),
    ]),
  );
}

/** The same of every region, by region. */
export function byRegion<Part>(
  regions: readonly string[],
  make: (region: string) => Part,
): Readonly<Record<string, Part>> {
  return Object.fromEntries(regions.map((region) => [region, make(region)]));
}
