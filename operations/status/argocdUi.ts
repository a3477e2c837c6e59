import { argocdPorts } from "../../infra/components/delivery/component";
import { httpGet } from "../httpGet";
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
    const { status } = await httpGet(url, timeoutMs, { accept: "text/html" });
    return { url, pages: status === 200 };
  } catch {
    return undefined;
  }
}
