import * as pulumi from "@pulumi/pulumi";
import type { FreezeConfig } from "../../../config/types";
import type { Approval, Requested } from "../handlers/release";

export interface ReleaseArgs {
  /** Name of the environment, for messages. */
  readonly environment: string;
  /** The release that this run approves. Default: none, the approved release does not change. */
  readonly requested?: Requested;
  /** Periods in which releases cannot be approved. */
  readonly freezes: readonly FreezeConfig[];
}

/** The release that an environment may run: the most recently approved one. */
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
