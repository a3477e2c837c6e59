import * as fs from "node:fs";
import * as path from "node:path";
import { drainTaint } from "../../../components/federation/manifests/karmada";
import { karmadaPaths } from "../../../components/federation/karmadaApi";
import {
  compareInventory,
  type Difference,
  type FoundInventory,
} from "../../../plan/inventoryDifferences";
import { planInventory } from "../../../plan/inventory";
import type { PlatformPlan } from "../../../plan/types";
import { edgesFile, readNames } from "../../../components/dns/handlers/powerdnsServer";
import type { Instance } from "../instance";
import { kubeGet } from "../../../kube/kube";
import { loggedBy, supervisorLog } from "../logFiles";
import { readPorts } from "../ports";
import { processesOf } from "../processes";
import { isTold, processStates, supervisedNames } from "../supervisor";
import { entriesOf, readAuthorities } from "./authorities";
import { orphansOf, runningComponents, takenPorts } from "./processes";

/** Differences between the machine and a plan; empty if there are none. */
export async function inventoryDifferences(
  instance: Instance,
  plan: PlatformPlan,
  look?: Look,
): Promise<Difference[]> {
  return compareInventory(planInventory(plan), await readInventory(instance, plan, look));
}

export interface Look {
  /** Whether to find the processes that hold the ports, which reads all open files of all processes. Default: true. */
  readonly portHolders?: boolean;
}

/** Everything that an instance has on this machine now. @param plan Contains the names of the zone and the federation. */
export async function readInventory(
  instance: Instance,
  plan: PlatformPlan,
  { portHolders = true }: Look = {},
): Promise<FoundInventory> {
  const [supervised, members] = await Promise.all([
    readSupervised(instance),
    readMembers(instance, plan.federation.clusterName),
  ]);
  const running = processesOf(instance);
  const ports = readPorts(instance);
  return {
    processes: supervised,
    orphans: orphansOf(instance, running),
    clusters: entriesOf(instance.clustersDir).flatMap((name) =>
      name === "clusters" ? entriesOf(path.join(instance.clustersDir, name)) : [name],
    ),
    components: runningComponents(instance, running),
    files: filesOf(instance),
    logs: logsOf(instance),
    ports: Object.keys(ports).sort(),
    takenPorts: portHolders ? takenPorts(instance, ports) : {},
    authorities: readAuthorities(instance),
    names: readNames(instance, plan.traffic.domain),
    edges: readEdges(instance),
    members,
  };
}

async function readSupervised(instance: Instance): Promise<FoundInventory["processes"]> {
  const states = await processStates(instance);
  const running = new Set(states.filter((state) => state.is_running).map(({ name }) => name));
  const names = new Set(states.map(({ name }) => name));
  // If a command was killed between writing the project file and loading it, the supervisor's table differs from it.
  if (states.length === 0 || !isTold(instance))
    supervisedNames(instance).forEach((name) => names.add(name));
  return [...names].sort().map((name) => ({ name, running: running.has(name) }));
}

/** Timeout of the federation's response, milliseconds: a complete status has to be available in two seconds. */
const answerMs = 1200;

interface ClusterList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly taints?: readonly { readonly key: string }[] };
  }[];
}

async function readMembers(
  { filesDir }: Instance,
  federation: string,
): Promise<FoundInventory["members"]> {
  try {
    const kubeconfig = fs.readFileSync(path.join(filesDir, `${federation}.kubeconfig`), "utf8");
    const { items } = await kubeGet<ClusterList>(kubeconfig, karmadaPaths.clusters, answerMs);
    return items.map(({ metadata, spec }) => ({
      name: metadata.name,
      drained: spec.taints?.some(({ key }) => key === drainTaint) ?? false,
    }));
  } catch {
    return undefined;
  }
}

function filesOf({ filesDir }: Instance): string[] {
  return (
    entriesOf(filesDir)
      .flatMap((name) =>
        name === "front-proxy"
          ? entriesOf(path.join(filesDir, name)).map((cluster) => `${name}/${cluster}`)
          : [name],
      )
      // A file that is being written, see `writePrivate`.
      .filter((name) => !name.endsWith(".tmp"))
  );
}

/** Names of the processes that have a log. An expected process may have none yet. */
function logsOf({ logsDir }: Instance): string[] {
  const names = entriesOf(logsDir).map(loggedBy);
  return [...new Set(names)].filter((name) => name !== supervisorLog).sort();
}

function readEdges(instance: Instance): Record<string, string> {
  try {
    const edges = JSON.parse(fs.readFileSync(edgesFile(instance), "utf8")) as Record<
      string,
      string
    >;
    return Object.fromEntries(
      Object.entries(edges).map(([region, url]) => [region, new URL(url).hostname]),
    );
  } catch {
    return {};
  }
}
