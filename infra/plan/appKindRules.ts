import { apiVersionOf, appKinds } from "../components/appKinds";
import { platformObjects } from "../components/registry";
import type { ObjectDiagnostic } from "./appSafety";
import type { KubeObject } from "./kubeObject";

const allowed = appKinds.filter(({ withheld }) => withheld !== true);

/** Diagnostics of objects whose kind Argo CD's project does not allow: it would refuse the whole app. */
export function kindDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects
    .filter(({ apiVersion, kind }) => !allowed.some((one) => isOf(one, apiVersion, kind)))
    .map((object) => ({
      object,
      field: "kind",
      value: `${object.kind} of ${object.apiVersion}`,
      expected: `one of ${allowed.map(({ kind }) => kind).join(", ")}`,
      remedy: "remove the object, or use a kind that apps may use (apps/README.md)",
    }));
}

/** Diagnostics of objects with a name that the platform uses in the app's namespace: Argo CD would overwrite the platform's object. */
export function nameDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects
    .filter(({ kind, metadata }) => kind === "ConfigMap" && platformObjects.includes(metadata.name))
    .map((object) => ({
      object,
      field: "metadata.name",
      value: object.metadata.name,
      expected: `a name other than ${platformObjects.join(", ")}, which the platform creates in the app's namespace`,
      remedy: "rename the object, or remove it and mount the platform's (apps/README.md)",
    }));
}

/** Argo CD's project compares group and kind, not the version. */
function isOf(one: (typeof appKinds)[number], apiVersion: string, kind: string): boolean {
  const group = (text: string) => (text.includes("/") ? text.replace(/\/.*/, "") : "");
  return one.kind === kind && group(apiVersionOf(one)) === group(apiVersion);
}
