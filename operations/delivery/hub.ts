import * as fs from "node:fs";
import * as path from "node:path";
import { type Instance, instanceExists } from "../../infra/providers/local/instance";
import { kubeGet } from "../../infra/kube/kube";
import { argocdNamespace } from "../../infra/components/delivery/names";
import { appLabel } from "../../infra/plan/names";
import { hubClusterName } from "../../infra/plan/names";
import type { Application } from "../status/model";

/** Timeout of the hub's API server. */
const timeoutMs = 3000;

/** The revision and release that Argo CD has to deliver. */
export interface Facts {
  /** Branch, range of versions or commit. */
  readonly revision: string;
  /** The approved tag, empty before the first; undefined if no approval is required. */
  readonly release?: string;
}

/** Undefined if the hub is not on this machine, or does not answer. */
export async function readFacts(instance: Instance): Promise<Facts | undefined> {
  const url = `/api/v1/namespaces/${argocdNamespace}/secrets/federation`;
  const secret = await ask<{ metadata: { annotations?: Record<string, string> } }>(instance, url);
  const { "meridian.dev/revision": revision, "meridian.dev/release": release } =
    secret?.metadata.annotations ?? {};
  return revision === undefined
    ? undefined
    : { revision, ...(release !== undefined && { release }) };
}

/** The Applications of apps. Undefined if the hub is not on this machine, or does not answer. */
export async function readApplications(instance: Instance): Promise<Application[] | undefined> {
  const url = `/apis/argoproj.io/v1alpha1/namespaces/${argocdNamespace}/applications`;
  const query = `labelSelector=${encodeURIComponent(appLabel)}`;
  return (await ask<{ items: Application[] }>(instance, `${url}?${query}`))?.items;
}

async function ask<T>(instance: Instance, url: string): Promise<T | undefined> {
  const file = path.join(instance.filesDir, `${hubClusterName}.kubeconfig`);
  if (!instanceExists(instance) || !fs.existsSync(file)) return undefined;
  try {
    return await kubeGet<T>(fs.readFileSync(file, "utf8"), url, timeoutMs);
  } catch {
    return undefined;
  }
}
