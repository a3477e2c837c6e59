import type { Environment } from "../../infra/config/types";
import { type Instance, instanceExists } from "../../infra/providers/local/instance";
import type { Application } from "../status/model";
import { git } from "./git";
import { readApplications } from "./hub";
import { shortSha } from "../format";

/** Whether a commit runs well in the preceding environment. */
export type Proof =
  | { readonly kind: "proven" }
  /** It does not, for these reasons. */
  | { readonly kind: "unproven"; readonly reasons: readonly string[] }
  /** It cannot be determined from here. */
  | { readonly kind: "unknown"; readonly why: string };

/** Queries the hub of the preceding environment. */
export async function proofOf(
  clone: string,
  commit: string,
  { name, provider, delivery }: Environment,
  instance: Instance,
): Promise<Proof> {
  const unknown = (where: string): Proof => ({
    kind: "unknown",
    why: `${name} ${where}: see for yourself that ${shortSha(commit)} is Synced and Healthy there.`,
  });
  if (provider !== "local")
    return unknown("does not run on this machine, and is not asked from here");
  if (!instanceExists(instance)) return unknown("is not up on this machine");
  const applications = await readApplications(instance);
  if (applications === undefined) return unknown("does not answer");
  return judge(commit, await appsAt(clone, commit, delivery.overlays), applications);
}

/** Pure. Every app of the commit must be at that commit, Synced and Healthy. */
export function judge(
  commit: string,
  apps: readonly string[],
  applications: readonly Application[],
): Proof {
  const reasons = apps.flatMap((app) => {
    const status = applications.find(({ metadata }) => metadata.name === app)?.status;
    if (status === undefined) return [`${app} is not there`];
    const { sync, health } = status;
    if (sync?.revision !== commit)
      return [
        `${app} is at ${sync?.revision === undefined ? "no commit" : shortSha(sync.revision)}`,
      ];
    const words = [sync.status ?? "Unknown", health?.status ?? "Unknown"];
    return words.join() === "Synced,Healthy" ? [] : [`${app} is ${words.join(" and ")}`];
  });
  return reasons.length === 0 ? { kind: "proven" } : { kind: "unproven", reasons };
}

/** Names of the apps that a commit has for these overlays, as Argo CD finds them. */
async function appsAt(clone: string, commit: string, overlays: string): Promise<string[]> {
  const listed = await git(clone, ["ls-tree", "-r", "-d", "-z", "--name-only", commit, "apps/"]);
  return listed.split("\0").flatMap((folder) => {
    const [root, app, kind, name, ...rest] = folder.split("/");
    const isApp = root === "apps" && kind === "overlays" && name === overlays && rest.length === 0;
    return isApp && app !== undefined && !/^[_.]/.test(app) ? [app] : [];
  });
}
