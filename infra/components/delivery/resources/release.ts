import * as pulumi from "@pulumi/pulumi";
import type { FreezeConfig } from "../../../config/types";
import type { Approval, Requested } from "../handlers/release";

export interface ReleaseArgs {
  /** Name of the environment, for messages. */
  readonly environment: string;
  /** What this run approves. Default: nothing, what was approved stays. */
  readonly requested?: Requested;
  /** Times in which nothing is approved. */
  readonly freezes: readonly FreezeConfig[];
}

/** The release that an environment may run, as the last run that approved one has said. */
export class Release extends pulumi.CustomResource {
  /** The approved tag; empty: none yet. */
  declare readonly tag: pulumi.Output<string>;
  /** Its commit when it was approved; empty: none yet. */
  declare readonly commit: pulumi.Output<string>;
  /** The latest approvals, newest first. */
  declare readonly history: pulumi.Output<readonly Approval[]>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { tag: undefined, commit: undefined, history: undefined };
    super("meridian:index:Release", name, { ...args, ...outputs }, opts);
  }
}
