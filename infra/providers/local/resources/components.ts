import * as pulumi from "@pulumi/pulumi";
import type { Component } from "../../../components/component";
import { planStarts, type StartedProcess } from "../../../components/processes";
import type { PlatformPlan } from "../../../plan/types";
import type { Cluster } from "../../../resources/foundation";
import { toolPath } from "../../../../toolchain";
import { serviceDir } from "../instance";
import { LocalService } from "./service";
import type { LocalContext } from "./types";

export interface StartComponentsArgs {
  readonly context: LocalContext;
  readonly plan: PlatformPlan;
  /** The hub's and the regions'. */
  readonly clusters: readonly Cluster[];
  readonly of: readonly Component[];
}

/** Starts the processes of components that are described by `start`. All others are started by resources of their component. */
export function startComponents({ context, plan, clusters, of }: StartComponentsArgs): void {
  const folder = (name: string) => serviceDir(context.instance, name);
  const { ports } = context;
  const starts = planStarts(plan, { folder, ports, tool: toolPath }, of);
  for (const name of new Set(starts.map(({ component }) => component))) {
    const processes = starts.filter(({ component }) => component === name);
    new LocalComponent(name, { context, clusters, processes });
  }
}

interface LocalComponentArgs extends Pick<StartComponentsArgs, "context" | "clusters"> {
  readonly processes: readonly StartedProcess[];
}

/** The processes of one component. */
class LocalComponent extends pulumi.ComponentResource {
  constructor(name: string, args: LocalComponentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Component", name, {}, opts);
    const { context, clusters, processes } = args;
    for (const { name: process, clusterName, service } of processes) {
      // A deleted cluster's ports are released: the process ends first.
      const beside = clusters.filter((cluster) => cluster.name === clusterName);
      const dependsOn = beside.map(({ resource }) => resource);
      new LocalService(process, { context, ...service }, { parent: this, dependsOn });
    }
    this.registerOutputs({});
  }
}
