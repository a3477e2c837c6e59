import { pathToFileURL } from "node:url";
import type { Instance } from "../instance";
import { repositoryRoot } from "../instance";
import { allocatePorts } from "../ports";
import { argocdNamespace } from "../../../components/delivery/names";
import { controlPlaneComponents } from "../../../plan/clusterComponents";
import { followedClone } from "../../../components/delivery/followedClone";
import { allPortNames } from "../../../plan/ports";
import type { FlagSource } from "../../../components/rollouts/sources";
import type { PlatformPlan } from "../../../plan/types";
import { kubernetesVersion } from "../../../plan/versions";
import { toolPath } from "../../../../toolchain";
import type { Foundation } from "../../../resources/foundation";
import { startArgocd } from "../../../components/delivery/resources/local";
import { createArgocdSettings } from "../../../components/delivery/resources/localSettings";
import { components, componentsOf } from "../../../components/registry";
import { startComponents } from "./components";
import { LocalCluster } from "./cluster";
import { LocalGitNotifier } from "../../../components/delivery/resources/gitNotifier";
import { LocalDns } from "../../../components/dns/resources/local";
import { LocalStreaming } from "../../../components/streaming/resources/local";
import { planStreaming } from "../../../components/streaming/plan";
import { LocalEdge } from "../../../components/gateway/resources/local";
import { LocalFailback } from "../../../components/federation/resources/localFailback";
import { LocalKarmada } from "../../../components/federation/resources/local";
import { ManifestBundle } from "../../../resources/manifestBundle";
import { LocalRegion } from "./region";
import { createGateIdentity, LocalRollouts } from "../../../components/rollouts/resources/local";
import type { LocalContext } from "./types";
import * as path from "node:path";

/**
 * Creates the platform's foundation on this machine. The first run allocates the ports.
 * @param flags Source of flags of the regions' gates.
 * @param of The components to choose from. Default: the platform's.
 */
export async function createLocalFoundation(
  plan: PlatformPlan,
  instance: Instance,
  flags: FlagSource,
  of = components,
): Promise<Foundation> {
  const clusters = [plan.hub, plan.federation, ...plan.regions].map(
    ({ clusterName }) => clusterName,
  );
  const context: LocalContext = {
    instance,
    home: path.dirname(instance.dir),
    ports: await allocatePorts(
      instance,
      allPortNames(
        clusters,
        plan.regions.map(({ name }) => name),
        componentsOf(plan.environment, of),
      ),
    ),
    kubernetesVersion,
  };
  const federation = new LocalKarmada(plan.federation.clusterName, {
    context,
    plan: plan.federation,
  });
  const hub = new LocalCluster(plan.hub.clusterName, {
    context,
    clusterName: plan.hub.clusterName,
    network: plan.hub.network,
    // Argo CD runs beside the hub's API server, not on nodes: no pods are scheduled here.
    components: controlPlaneComponents,
  });
  const crds = new ManifestBundle(
    "argocd-crds",
    {
      kubeconfig: hub.kubeconfig,
      folder: toolPath("argocd-manifests"),
      namespace: argocdNamespace,
    },
    { parent: hub },
  );
  const regions = plan.regions.map(
    (region) => new LocalRegion(region.clusterName, { context, plan: region }),
  );
  const { traffic } = plan;
  const gates = createGateIdentity(federation);
  for (const region of regions) {
    new LocalEdge(region.name, { context, region, traffic });
    const args = { context, region, federation, gates, flags };
    // Before Karmada creates the first Rollout: a Rollout that no gate has admitted would be at 100 % at once.
    region.ready.push(new LocalRollouts(region.name, args).admission);
  }
  new LocalDns("dns", { context, traffic });
  const streaming = planStreaming(plan.environment);
  if (streaming !== undefined)
    new LocalStreaming("streaming", {
      ...{ context, plan: streaming, regions, federation },
      federationReady: federation.ready,
    });
  startComponents({ context, plan, clusters: [hub, ...regions], of });
  const { failback } = plan.federation;
  if (failback.mode === "automatic")
    new LocalFailback("failback", { context, federation, failback }, { parent: federation });
  return {
    hub,
    federation,
    federationReady: federation.ready,
    regions,
    deliveryReady: [crds],
    startDelivery: (parent, target) => {
      const { delivery } = plan;
      const settings = createArgocdSettings(hub, delivery, { parent, dependsOn: [crds] });
      startArgocd({ context, hub, delivery, dependsOn: [...settings, target] });
      const clone = followedClone(delivery, repositoryRoot);
      if (clone !== undefined) {
        const args = { context, hub, clone, track: delivery.track, dependsOn: [crds] };
        new LocalGitNotifier("git-notifier", args, { parent: hub });
      }
      return settings;
    },
    repository:
      plan.delivery.repository === "."
        ? pathToFileURL(repositoryRoot).href
        : plan.delivery.repository,
  };
}
