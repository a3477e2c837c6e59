import { argocdPorts } from "../../infra/components/delivery/component";
import { readPorts } from "../../infra/providers/local/ports";
import type { Instance } from "../../infra/providers/local/instance";
import type { ArgocdUiStatus } from "./model";

const timeoutMs = 1000;

/** The URL of Argo CD's UI, and whether it has pages; undefined while it does not answer. */
export async function observeArgocdUi(instance: Instance): Promise<ArgocdUiStatus | undefined> {
  const port = readPorts(instance)[argocdPorts.server];
  return port === undefined ? undefined : faceAt(`http://127.0.0.1:${port}`);
}

/** Requests the page as a browser does. An executable built without the pages answers with status 500. */
export async function faceAt(url: string): Promise<ArgocdUiStatus | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { signal, headers: { accept: "text/html" } });
    await response.body?.cancel();
    return { url, pages: response.ok };
  } catch {
    return undefined;
  }
}
