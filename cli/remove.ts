import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, kubeDelete, kubeGet, kubePatch } from "../infra/kube/kube";
import { argocdNamespace } from "../infra/components/delivery/names";
import { streamingSection } from "../infra/components/streaming/configuration";
import { planPlatform } from "../infra/plan";
import { confirmByTyping } from "./aws/ask";
import type { Asking } from "./changing";
import { runningInstance } from "./environment";
import { isOnAws } from "../operations/environmentFiles";
import { CommandError } from "../operations/errors";
import type { Context } from "../operations/context";
import { addToDocument } from "./documents/output";
import type { RemoveFields } from "./documents/schemas";
import { Stage } from "./progress";
import {
  confirmationTime,
  namedByTopics,
  planRemoval,
  removalFields,
  removalText,
  removalWithKubectl,
  type Claim,
  type Removal,
} from "./removal";
import type { Application } from "../operations/status/model";

export interface RemoveOptions {
  /** Do not ask for confirmation. Sufficient if no object holds data. */
  readonly yes: boolean;
  /** The app's name again: its data may be deleted too. */
  readonly data?: string;
}

/** Clusters that a removal accesses, by their kubeconfigs. */
export interface RemovalClusters {
  readonly hub: string;
  readonly federation: string;
  /** By region. */
  readonly regions: Readonly<Record<string, string>>;
}

/** Time limits for Argo CD to refresh from git, and to delete. */
const patience = { look: 30_000, remove: 300_000 };

const applications = `/apis/argoproj.io/v1alpha1/namespaces/${argocdNamespace}/applications`;
const approval = "argocd.argoproj.io/deletion-approved";
const refreshing = "argocd.argoproj.io/refresh";

/** Removes an app that git no longer has, with all its objects in every region. */
export async function remove(
  app: string,
  environment: string,
  options: RemoveOptions,
  context: Context,
  asking: Asking,
): Promise<number> {
  if (isOnAws(environment))
    throw new CommandError(removalWithKubectl(app, { argocd: argocdNamespace, approval }));
  const { instance, configuration } = runningInstance(environment);
  const { streaming } = streamingSection.of(configuration);
  const blocked = namedByTopics(app, environment, streaming?.topics);
  if (blocked !== undefined) throw new CommandError(blocked);
  const plan = planPlatform(configuration);
  const file = (cluster: string) =>
    fs.readFileSync(path.join(instance.filesDir, `${cluster}.kubeconfig`), "utf8");
  const clusters: RemovalClusters = {
    hub: file(plan.hub.clusterName),
    federation: file(plan.federation.clusterName),
    regions: Object.fromEntries(
      plan.regions.map(({ name, clusterName }) => [name, file(clusterName)]),
    ),
  };
  await removeApp(app, clusters, options, context, asking);
  return 0;
}

/**
 * Every step can be interrupted and repeated: the remaining work is read from the clusters.
 * @param asking How a question is asked. Default: at once.
 */
export async function removeApp(
  app: string,
  clusters: RemovalClusters,
  options: RemoveOptions,
  { signal }: Context,
  asking: Asking = (question) => question(),
): Promise<void> {
  const found = await lookAnew(app, clusters, signal);
  if (found !== undefined) {
    const planned = planRemoval(app, found, await claimsOf(app, clusters));
    if ("refused" in planned) throw new CommandError(planned.refused);
    console.log(removalText(planned, Object.keys(clusters.regions)));
    const state = async () => {
      const now = await lookAnew(app, clusters, signal);
      return JSON.stringify(now && planRemoval(app, now, await claimsOf(app, clusters)));
    };
    await ask(planned, options, (question) => asking(question, state));
    addToDocument<RemoveFields>(removalFields(planned));
    if (planned.what === "parts") return removeParts(planned, clusters, signal);
    await begin(planned, found, clusters);
  } else if ((await remains(app, clusters)).left.length === 0) {
    throw new CommandError(await unknown(app, clusters));
  } else {
    addToDocument<RemoveFields>({ app, removed: "app", objects: [], claims: [] });
  }
  await waitUntilGone(app, clusters, signal);
}

/** The app in Argo CD, after Argo CD has refreshed it from git; undefined if there is none. */
async function lookAnew(
  app: string,
  { hub }: RemovalClusters,
  signal: AbortSignal,
): Promise<Application | undefined> {
  const url = `${applications}/${app}`;
  const first = await getIf<Application>(hub, url);
  if (first === undefined || first.metadata.deletionTimestamp !== undefined) return first;
  await kubePatch(hub, url, { metadata: { annotations: { [refreshing]: "normal" } } });
  const deadline = Date.now() + patience.look;
  for (;;) {
    signal.throwIfAborted();
    const next = await getIf<Application>(hub, url);
    // Argo CD removes the annotation after the refresh.
    if (next?.metadata.annotations?.[refreshing] === undefined) return next;
    if (Date.now() > deadline) {
      throw new CommandError(
        "Argo CD does not look at git: `npx meridian logs argocd-application-controller` tells why. Nothing was changed.",
      );
    }
    await sleep(200);
  }
}

/** Data must not be deleted by accident: the user has to name the app twice. */
async function ask(
  { app, confirm }: Removal,
  { yes, data }: RemoveOptions,
  asking: (question: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (!confirm) {
    if (yes) return;
    const without = "Nothing was changed. Add --yes to remove it.";
    return asking(() => confirmByTyping("Remove it? Type yes:", "yes", without));
  }
  if (yes && data === app) return;
  const without = `It holds data. Nothing was changed. Add --yes --data ${app} to remove it with its data.`;
  await asking(() => confirmByTyping(`Type ${app} to remove it with its data:`, app, without));
}

async function begin(
  { app, confirm }: Removal,
  found: Application,
  { hub }: RemovalClusters,
): Promise<void> {
  const url = `${applications}/${app}`;
  if (found.metadata.deletionTimestamp === undefined) await kubeDelete(hub, url);
  if (!confirm) return;
  const doomed = await getIf<Application>(hub, url);
  if (doomed !== undefined) await approve(hub, url, doomed.metadata.deletionTimestamp);
}

function approve(hub: string, url: string, since: string | undefined): Promise<void> {
  const moment = confirmationTime(since, new Date());
  return kubePatch(hub, url, { metadata: { annotations: { [approval]: moment } } });
}

/** Confirms the deletion that a sync waits for; starts a new sync if the last one no longer runs. */
async function removeParts(
  { app, resources }: Removal,
  { hub }: RemovalClusters,
  signal: AbortSignal,
): Promise<void> {
  const url = `${applications}/${app}`;
  const stage = new Stage(`Removing from ${app}`);
  const doomed = new Set(resources.map(({ kind, name }) => `${kind}/${name}`));
  const deadline = Date.now() + patience.remove;
  let approved: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const now = await kubeGet<Application>(hub, url);
    const left = (now.status?.resources ?? []).filter(({ kind, name }) =>
      doomed.has(`${kind}/${name}`),
    );
    if (left.length === 0) return stage.done(`${doomed.size} objects are gone`);
    stage.update(`waiting for ${left.map(({ kind, name }) => `${kind}/${name}`).join(", ")}`);
    const { phase, startedAt } = now.status?.operationState ?? {};
    if (phase !== "Running") await startSync(hub, url, now);
    else if (startedAt !== undefined && startedAt !== approved) {
      await approve(hub, url, startedAt);
      approved = startedAt;
    }
    if (Date.now() > deadline) {
      stage.fail(`not within ${patience.remove / 1000} s`);
      throw new CommandError("`npx meridian status` tells what Argo CD waits for.");
    }
    await sleep(500);
  }
}

function startSync(hub: string, url: string, { spec }: Application): Promise<void> {
  const { syncOptions = [] } = spec?.syncPolicy ?? {};
  return kubePatch(hub, url, {
    operation: {
      initiatedBy: { username: "meridian remove" },
      sync: { prune: true, syncOptions },
    },
  });
}

/** Waits until the Application is gone, and the app's namespace in every region that answers. */
async function waitUntilGone(
  app: string,
  clusters: RemovalClusters,
  signal: AbortSignal,
): Promise<void> {
  const stage = new Stage(`Removing ${app}`);
  const deadline = Date.now() + patience.remove;
  for (;;) {
    signal.throwIfAborted();
    const { left, silent } = await remains(app, clusters);
    if (left.length === 0) {
      addToDocument<RemoveFields>({ silentRegions: silent });
      stage.done("it is gone from every region that answers");
      if (silent.length > 0)
        console.log(`  What ${silent.join(", ")} has of it goes when it is back.`);
      return;
    }
    stage.update(`still in ${left.join(", ")}`);
    if (Date.now() > deadline) {
      stage.fail(`still in ${left.join(", ")} after ${patience.remove / 1000} s`);
      throw new CommandError(
        "Run the same command again to go on waiting; `npx meridian logs argocd-application-controller` tells what holds it up.",
      );
    }
    await sleep(500);
  }
}

/** The places that still have objects of an app, and the regions that do not answer. */
async function remains(
  app: string,
  { hub, federation, regions }: RemovalClusters,
): Promise<{ left: string[]; silent: string[] }> {
  const namespace = `/api/v1/namespaces/${app}`;
  const places: readonly (readonly [string, string, string])[] = [
    ["Argo CD", hub, `${applications}/${app}`],
    ["the federation", federation, namespace],
    ...Object.entries(regions).map(([name, one]) => [name, one, namespace] as const),
  ];
  const answers = await Promise.all(
    places.map(async ([name, kubeconfig, url]) => {
      try {
        return { name, there: (await getIf(kubeconfig, url)) !== undefined };
      } catch (error) {
        // A region may be lost; the hub and the federation must answer.
        if (name in regions) return { name, there: undefined };
        throw error;
      }
    }),
  );
  return {
    left: answers.filter(({ there }) => there === true).map(({ name }) => name),
    silent: answers.filter(({ there }) => there === undefined).map(({ name }) => name),
  };
}

async function claimsOf(app: string, { regions }: RemovalClusters): Promise<Claim[]> {
  const url = `/api/v1/namespaces/${app}/persistentvolumeclaims`;
  const found = await Promise.all(
    Object.entries(regions).map(async ([region, kubeconfig]) => {
      const list = await kubeGet<{ items: readonly { metadata: { name: string } }[] }>(
        kubeconfig,
        url,
      ).catch(() => ({ items: [] }));
      return list.items.map(({ metadata }) => ({ region, name: metadata.name }));
    }),
  );
  return found.flat();
}

async function unknown(app: string, { hub }: RemovalClusters): Promise<string> {
  const { items } = await kubeGet<{ items: readonly Application[] }>(hub, applications);
  const names = items.map(({ metadata }) => metadata.name).filter((name) => name !== "bootstrap");
  return `There is no app ${app} here. There are: ${names.join(", ") || "none"}.`;
}

/** Undefined if the object does not exist. */
async function getIf<T>(kubeconfig: string, url: string): Promise<T | undefined> {
  try {
    return await kubeGet<T>(kubeconfig, url);
  } catch (error) {
    if (error instanceof KubeError && error.code === 404) return undefined;
    throw error;
  }
}
