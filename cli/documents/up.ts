import { dnsPort } from "../../infra/components/dns/component";
import type { PlatformPlan } from "../../infra/plan/types";
import { appReady, isGone } from "../../operations/status/compose";
import type { AppStatus, Reason, Status } from "../../operations/status/model";
import type { Outputs } from "../aws/result";
import { addressOf, stepFields, withoutMark } from "./preview";
import type { UpFields } from "./schemas";

/** The part of the fields that the engine's run determines. */
export function runFields(
  counts: Readonly<Record<string, number>>,
  warnings: readonly string[],
): Pick<UpFields, "steps" | "warnings"> {
  return { steps: stepFields(counts), warnings: warnings.map(withoutMark) };
}

/**
 * The part of `up --json` that the platform's status determines, on this machine. Pure.
 * @param held Why apps were not waited for.
 * @param ports The instance's ports by name.
 */
export function statusFields(
  status: Status,
  plan: PlatformPlan,
  held: string | undefined,
  ports: Readonly<Record<string, number>>,
): Pick<UpFields, "ready" | "held" | "regions" | "apps" | "addresses"> {
  const dns = ports[dnsPort];
  return {
    ready: status.ready,
    held: held ?? null,
    regions: status.regions.map(({ name, ready, edge }) => ({
      ...{ name, ready: ready && edge.healthy },
      gateway: edge.url,
    })),
    apps: status.apps.map((app) => appFields(app, plan)),
    addresses: {
      domain: plan.traffic.domain,
      argocd: status.argocd?.url ?? null,
      dns: dns === undefined ? null : `127.0.0.1:${dns}`,
      nameServers: [],
    },
  };
}

function appFields(app: AppStatus, plan: PlatformPlan): UpFields["apps"][number] {
  const { name, sync, health, revision, reasons } = app;
  return {
    ...{ name, address: addressOf(name, plan) },
    ...{ ready: appReady(app), removed: isGone(app), sync, health, commit: revision },
    reasons: reasons.map(reasonFields),
  };
}

function reasonFields(reason: Reason): UpFields["apps"][number]["reasons"][number] {
  const { object, regions, message, refused, final, remedy } = reason;
  return {
    ...(object !== undefined && { object }),
    ...(regions !== undefined && { regions: [...regions] }),
    ...{ message, refused, final },
    ...(remedy !== undefined && { remedy }),
  };
}

/**
 * The part of `up --json` that the stack's outputs determine, on AWS: Argo CD delivers the apps after the command. Pure.
 * @param held Why nothing is delivered.
 */
export function outputFields(
  plan: PlatformPlan,
  { edges = {}, nameServers = [] }: Outputs,
  held: string | undefined,
): Pick<UpFields, "ready" | "held" | "regions" | "apps" | "addresses"> {
  const unknown = {
    ready: null,
    removed: null,
    sync: null,
    health: null,
    commit: null,
    reasons: [],
  };
  return {
    ready: null,
    held: held ?? null,
    regions: plan.regions.map(({ name }) => ({
      ...{ name, ready: null },
      gateway: edges[name] ?? null,
    })),
    apps: plan.traffic.apps.map((name) => ({ name, address: addressOf(name, plan), ...unknown })),
    addresses: {
      domain: plan.traffic.domain,
      ...{ argocd: null, dns: null },
      nameServers: [...nameServers],
    },
  };
}
