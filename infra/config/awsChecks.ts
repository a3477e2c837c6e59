import { eksVersionDiagnostic, eksVersions } from "../catalog/eksVersions";
import { instanceTypeDiagnostic } from "../catalog/instances";
import { type RawDiagnostic, at, valueAt } from "./rawDiagnostic";
import { knownRegions } from "./addressing";

/** Diagnostics of an AWS environment that involve several options, or options that only AWS requires. */
export function checkAws(raw: unknown): RawDiagnostic[] {
  return [
    ...checkDomain(raw),
    ...checkRepository(raw),
    ...checkRegionNames(raw),
    ...checkZoneCounts(raw),
    ...checkDatabase(raw),
    ...checkRelease(raw),
    ...checkHome(raw),
    ...checkInstances(raw),
    ...checkVersion(raw),
  ];
}

/** No one owns the local default domain; on AWS the domain must be owned. */
function checkDomain(raw: unknown): RawDiagnostic[] {
  if (valueAt(raw, ["traffic", "domain"]) !== undefined) return [];
  return [
    {
      path: at("traffic", "domain"),
      expected: "a domain that is yours",
      remedy:
        "Write traffic: { domain: shop.example.com }: a zone of Route 53, or one that is made.",
    },
  ];
}

function checkRepository(raw: unknown): RawDiagnostic[] {
  const written = valueAt(raw, ["delivery", "repository"]);
  if (written !== undefined && written !== ".") return [];
  return [
    {
      path: at("delivery", "repository"),
      expected: "the URL of a git repository, as a cluster of AWS cannot see this clone",
      remedy: "Write delivery: { repository: https://github.com/owner/name }.",
    },
  ];
}

function checkRegionNames(raw: unknown): RawDiagnostic[] {
  return regionsOf(raw).flatMap((region, index) => {
    const name = valueAt(region, ["name"]);
    if (typeof name !== "string" || knownRegions.includes(name)) return [];
    return [
      {
        path: at("regions", index, "name"),
        expected: "a region of AWS",
        remedy: "Write its code, e.g. eu-west-1.",
      },
    ];
  });
}

/** With two zones, the loss of one removes half the capacity; quorums such as etcd's need three. */
function checkZoneCounts(raw: unknown): RawDiagnostic[] {
  return regionsOf(raw).flatMap((region, index) => {
    const zones = valueAt(region, ["zones"]);
    if (!Array.isArray(zones) || zones.length === 3) return [];
    return [
      {
        path: at("regions", index, "zones"),
        expected: "three zones",
        remedy: "Write three letters, e.g. zones: [a, b, c], or leave it out.",
      },
    ];
  });
}

function checkDatabase(raw: unknown): RawDiagnostic[] {
  const [least, most] = ["minCapacity", "maxCapacity"].map((key) =>
    valueAt(raw, ["aws", "database", key]),
  );
  if (typeof least !== "number" || typeof most !== "number" || least <= most) return [];
  return [
    {
      path: at("aws", "database", "maxCapacity"),
      expected: `at least minCapacity (${least})`,
      remedy: `Write maxCapacity: ${least} or more.`,
    },
  ];
}

function checkRelease(raw: unknown): RawDiagnostic[] {
  const released = valueAt(raw, ["aws", "database", "release"]);
  if (!Array.isArray(released)) return [];
  const names = regionsOf(raw).map((region) => valueAt(region, ["name"]));
  return released.flatMap((name: unknown, index) =>
    typeof name !== "string" || names.includes(name)
      ? []
      : [
          {
            path: at("aws", "database", "release", index),
            expected: `one of the regions: ${names.join(", ")}`,
            remedy: "Write the name of a region, as it stands under regions.",
          },
        ],
  );
}

function checkHome(raw: unknown): RawDiagnostic[] {
  const home = valueAt(raw, ["aws", "home"]);
  const names = regionsOf(raw).map((region) => valueAt(region, ["name"]));
  if (typeof home !== "string" || names.includes(home)) return [];
  return [
    {
      path: at("aws", "home"),
      expected: `one of the regions: ${names.join(", ")}`,
      remedy:
        "Write the name of a region, as it stands under regions. What is there cannot move by itself.",
    },
  ];
}

/** The nodes' instance type must be one that EKS Auto Mode supports. */
function checkInstances(raw: unknown): RawDiagnostic[] {
  return regionsOf(raw).flatMap((region, index) => {
    const type = valueAt(region, ["node", "instanceType"]);
    const remedy = typeof type === "string" ? instanceTypeDiagnostic(type) : undefined;
    if (remedy === undefined) return [];
    const expected = "an instance type that EKS Auto Mode runs";
    return [{ path: at("regions", index, "node", "instanceType"), expected, remedy }];
  });
}

function checkVersion(raw: unknown): RawDiagnostic[] {
  const version = valueAt(raw, ["aws", "kubernetesVersion"]);
  if (typeof version !== "string" || !/^1\.[0-9]{2}$/.test(version)) return [];
  const remedy = eksVersionDiagnostic(version);
  if (remedy === undefined) return [];
  const expected = `a version that EKS serves: ${eksVersions.map((each) => each.version).join(", ")}`;
  return [{ path: at("aws", "kubernetesVersion"), expected, remedy }];
}

function regionsOf(raw: unknown): readonly unknown[] {
  const regions = valueAt(raw, ["regions"]);
  return Array.isArray(regions) ? regions : [];
}
