import type { AppVersions, Container, Observed, Workload } from "./model";
import { readyPods } from "./pods";

/** The versions of an app: the image tags of its workloads and of its ready pods. Pure. */
export function versionsOf(
  app: string,
  workloads: readonly Workload[],
  { regions }: Observed,
): AppVersions {
  return {
    wanted: tags(workloads.map(({ spec }) => spec.template?.spec?.containers)),
    byRegion: Object.fromEntries(
      Object.entries(regions).map(([name, region]) => [
        name,
        tags(readyPods(region, app).map(({ spec }) => spec?.containers)),
      ]),
    ),
  };
}

/** The tag of each pod's first container, once each, sorted. */
function tags(containers: readonly (readonly Container[] | undefined)[]): string[] {
  const found = containers.flatMap((all) => {
    const image = all?.[0]?.image;
    return image === undefined ? [] : [tagOf(image)];
  });
  return [...new Set(found)].sort();
}

/** The tag of an image, or the start of its digest; `latest` if it has neither. Pure. */
export function tagOf(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag ?? digest?.replace(/^sha256:/, "").slice(0, 12) ?? "latest";
}

/** One version, or those that run and the one that comes: `6.9.2 → 6.9.3`. Pure. */
export function versionText({ wanted, byRegion }: AppVersions, region?: string): string {
  const running = region === undefined ? Object.values(byRegion).flat() : (byRegion[region] ?? []);
  const old = [...new Set(running)].filter((tag) => !wanted.includes(tag)).sort();
  return [old.join(", "), wanted.join(", ")].filter((part) => part !== "").join(" → ");
}
