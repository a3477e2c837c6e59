import { apiVersionOf, appKinds } from "../components/appKinds";
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

/** Argo CD's project compares group and kind, not the version. */
function isOf(one: (typeof appKinds)[number], apiVersion: string, kind: string): boolean {
  const group = (text: string) => (text.includes("/") ? text.replace(/\/.*/, "") : "");
  return one.kind === kind && group(apiVersionOf(one)) === group(apiVersion);
}
