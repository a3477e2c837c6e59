import { stableVersionsName } from "../../../infra/components/rollouts/manifests/rolloutGate";
import { list, record } from "../../../infra/plan/kubeObject";
import {
  appOf,
  type PodTemplate,
  type RolloutObject,
  templateHashLabel,
} from "../../../infra/components/rollouts/object";
import {
  plainTemplate,
  readStable,
  type StableVersion,
} from "../../../infra/components/rollouts/templates";
import type { KubeClient } from "../../../infra/kube/client";
import type { ClusterClients } from "./clients";
import { corePath, rolloutPath } from "./paths";

/** Reports of an app's stable version, by region; empty if no region has reported one. @throws KubeError. */
export async function publishedVersionOf(
  federation: KubeClient,
  namespace: string,
  app: string,
  options?: { readonly timeoutMs: number },
): Promise<Readonly<Record<string, string>>> {
  const name = encodeURIComponent(stableVersionsName(app));
  const path = `${corePath(namespace, "configmaps")}/${name}`;
  const found = await federation.find(path, options);
  const said = Object.entries(record(record(found)["data"]));
  return Object.fromEntries(
    said.filter((one): one is [string, string] => typeof one[1] === "string"),
  );
}

/** Reports the stable versions of this region to the federation. */
export class StableVersions {
  /** Hashes that the federation is known to have stored. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly clients: ClusterClients,
    private readonly region: string,
  ) {}

  /** @throws KubeError: the federation is unreachable, or does not have the app's namespace yet. */
  async tell(rollout: RolloutObject): Promise<void> {
    const hash = rollout.status?.stableRS;
    if (!hash || this.told.get(rolloutPath(rollout)) === hash) return;
    const { federation } = this.clients;
    const namespace = rollout.metadata.namespace ?? "";
    const app = appOf(rollout);
    const said = await publishedVersionOf(federation, namespace, app);
    if (readStable(said[this.region] ?? "")?.hash !== hash) {
      const template = await this.templateOf(rollout, hash);
      const version: StableVersion = { hash, template, at: new Date().toISOString() };
      const data = { [this.region]: JSON.stringify(version) };
      const metadata = { name: stableVersionsName(app), namespace };
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
      await federation.patchOrCreate(corePath(namespace, "configmaps"), object, { data });
    }
    this.told.set(rolloutPath(rollout), hash);
  }

  /** Clears the cache, so that the federation is read again: another client may have deleted a report. */
  forgetAll(): void {
    this.told.clear();
  }

  forget(rollout: RolloutObject): void {
    this.told.delete(rolloutPath(rollout));
  }

  /** @throws if the ReplicaSet does not exist. */
  private async templateOf(rollout: RolloutObject, hash: string): Promise<PodTemplate> {
    const namespace = encodeURIComponent(rollout.metadata.namespace ?? "");
    const selector = encodeURIComponent(`${templateHashLabel}=${hash}`);
    const path = `/apis/apps/v1/namespaces/${namespace}/replicasets?labelSelector=${selector}`;
    const found = list(record(await this.clients.api.get(path))["items"]);
    const own = found.find((one) => isOwned(one, rollout.metadata.name));
    const template = record(record(own)["spec"])["template"];
    if (template === undefined)
      throw new Error(`there is no ReplicaSet of its stable version ${hash}`);
    return plainTemplate(record(template));
  }
}

/** Whether a ReplicaSet belongs to a Rollout: two Rollouts of a namespace may have the same template. */
function isOwned(replicaSet: unknown, name: string): boolean {
  const owners = list(record(record(replicaSet)["metadata"])["ownerReferences"]).map(record);
  return owners.some((owner) => owner["kind"] === "Rollout" && owner["name"] === name);
}
