import type { EksVersionFacts } from "../facts";
import type { DataSource } from "./types";

/** What EKS offers. */
export const clusterCalls: Readonly<Record<string, DataSource>> = {
  "aws:eks/getClusterVersions:getClusterVersions": (args, { region, regionFacts }) => {
    const all = regionFacts.eksVersions;
    const only = args["clusterVersionsOnlies"] as string[] | undefined;
    const status = args["versionStatus"] as string | undefined;
    const found = all.filter((each) => {
      if (only !== undefined && !only.includes(each.version)) return false;
      if (status !== undefined) return each.status === status;
      return args["includeAll"] === true || each.status !== "UNSUPPORTED";
    });
    return {
      id: region,
      region,
      clusterVersions: found.map((each) => describe(each, each === all.at(-1))),
    };
  },
};

/** Dates are left at one that says nothing: nobody decides by them. */
function describe({ version, status }: EksVersionFacts, isDefault: boolean) {
  return {
    clusterType: "eks",
    clusterVersion: version,
    controlPlaneComponentConfigs: [],
    controlPlaneScalingTiers: [],
    defaultPlatformVersion: "eks.1",
    defaultVersion: isDefault,
    endOfExtendedSupportDate: "2030-01-01T00:00:00Z",
    endOfStandardSupportDate: "2029-01-01T00:00:00Z",
    kubernetesPatchVersion: `${version}.0`,
    releaseDate: "2025-01-01T00:00:00Z",
    versionStatus: status,
  };
}
