import * as fs from "node:fs";
import type { StatusReader, StatusRow } from "../../infra/components/component";
import { components, componentsOf } from "../../infra/components/registry";
import { kubeGet } from "../../infra/kube/kube";
import type { PlatformPlan } from "../../infra/plan/types";
import type { Instance } from "../../infra/providers/local/instance";
import { readPorts } from "../../infra/providers/local/ports";
import { httpGet } from "../httpGet";
import { clusterKubeconfig } from "../kubeconfig";

/** State of a component that reports one. */
export interface ComponentStatus {
  readonly name: string;
  /** All its rows are ready. */
  readonly ready: boolean;
  readonly rows: readonly StatusRow[];
  /** Why its state is not known; absent if it is. */
  readonly error?: string;
}

/** Timeout of one request, and of all requests of a component, in milliseconds. */
const timeouts = { request: 1000, component: 1500 };

/**
 * The state of every component that reports one. An error, or no result in time, is the state of that component only.
 * @param of the components to choose from. Default: the platform's.
 */
export function readComponents(
  instance: Instance,
  plan: PlatformPlan,
  of = components,
): Promise<ComponentStatus[]> {
  const reader = readerOf(instance);
  return Promise.all(
    componentsOf(plan.environment, of).flatMap(({ name, status }) => {
      if (status === undefined) return [];
      // Within a function, so that an error before the first await is a rejection, too.
      const read = async () => status(reader, plan);
      return [inTime(read()).then((rows) => found(name, rows), failed(name))];
    }),
  );
}

function found(name: string, rows: Awaited<ComponentStatus["rows"]>): ComponentStatus {
  return { name, ready: rows.every(({ ready }) => ready), rows };
}

function failed(name: string) {
  return (error: unknown): ComponentStatus => {
    const message = error instanceof Error ? error.message : String(error);
    return { name, ready: false, rows: [], error: message };
  };
}

async function inTime<T>(result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no result in ${timeouts.component} ms`);
    timer = setTimeout(() => reject(error), timeouts.component);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readerOf(instance: Instance): StatusReader {
  return {
    kube: (cluster, path) => {
      const kubeconfig = fs.readFileSync(clusterKubeconfig(instance, cluster), "utf8");
      return kubeGet(kubeconfig, path, timeouts.request);
    },
    http: async (port, path) => {
      const number = readPorts(instance)[port];
      if (number === undefined) throw new Error(`the port ${port} is not allocated`);
      const { status, body } = await httpGet(`http://127.0.0.1:${number}${path}`, timeouts.request);
      if (status !== 200) throw new Error(`${port}${path} answers ${status}`);
      return body;
    },
  };
}
