import type { Manifest } from "../../../manifests/types";
import { lostTaint } from "../../federation/manifests/karmada";
import { clientName } from "../names";
import type { ClientPlan } from "../types";
import { clientData, type RegionBootstrap } from "./client";

/** API of Karmada's policies. */
export const policyApi = "policy.karmada.io/v1alpha1";

/** Name of the policy that copies the objects of all apps. */
export const propagationName = `meridian-${clientName}`;

/** Name of the policy with an app's settings in each region. */
export function overrideName(app: string): string {
  return `${propagationName}-${app}`;
}

/**
 * The app's ConfigMap in the federation. It has the settings of no region: `clientOverride` gives each region its own, so that no region
 * can start with another's.
 */
export function clientMap(app: string) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: clientName, namespace: app },
    data: { KAFKA_GROUP_ID: app },
  } as const;
}

/**
 * The app's settings in each region.
 * @param plans one for each region.
 * @param bootstrap by region.
 * @throws RangeError as `clientData`.
 */
export function clientOverride(
  app: string,
  plans: readonly ClientPlan[],
  bootstrap: Readonly<Record<string, RegionBootstrap>>,
): Manifest {
  return {
    apiVersion: policyApi,
    kind: "ClusterOverridePolicy",
    metadata: { name: overrideName(app) },
    spec: {
      resourceSelectors: [objectOf("ConfigMap", app)],
      overrideRules: plans.map((plan) => ({
        targetCluster: { clusterNames: [plan.region] },
        overriders: {
          plaintext: [
            { path: "/data", operator: "replace", value: clientData(app, plan, bootstrap) },
          ],
        },
      })),
    },
  };
}

/**
 * Copies the clients' objects of the apps to every region, including lost ones: these have them when they return. It names the regions:
 * a region that joins gets the objects once its settings are written, not before.
 */
export function clientPropagation(apps: readonly string[], regions: readonly string[]): Manifest {
  return {
    apiVersion: policyApi,
    kind: "ClusterPropagationPolicy",
    metadata: { name: propagationName },
    spec: {
      resourceSelectors: apps.flatMap((app) => [
        objectOf("ConfigMap", app),
        objectOf("Secret", app),
      ]),
      placement: {
        clusterAffinity: { clusterNames: regions },
        clusterTolerations: [{ key: lostTaint, operator: "Exists" }],
        replicaScheduling: { replicaSchedulingType: "Duplicated" },
      },
      conflictResolution: "Overwrite",
    },
  };
}

function objectOf(kind: "ConfigMap" | "Secret", namespace: string) {
  return { apiVersion: "v1", kind, namespace, name: clientName };
}
