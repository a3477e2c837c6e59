import * as pulumi from "@pulumi/pulumi";
import type { GitNotifierConfig } from "../../../../services/git-notifier/config";
import type { TrackConfig } from "../../../config/types";
import { serviceDir } from "../../../providers/local/instance";
import { refreshRules } from "../manifests/argocd";
import { gitNotifierName } from "../component";
import type { LocalCluster } from "../../../providers/local/resources/cluster";
import { createIdentity } from "../../../resources/identity";
import { LocalService, ownService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalGitNotifierArgs {
  readonly context: LocalContext;
  readonly hub: LocalCluster;
  /** Folder of the clone whose commits are reported. */
  readonly clone: string;
  /** The tracked revisions of the clone. */
  readonly track: TrackConfig;
  /** Resources after which Argo CD's kinds exist. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Notifies Argo CD immediately of each commit of a clone on this machine. */
export class LocalGitNotifier extends pulumi.ComponentResource {
  constructor(name: string, args: LocalGitNotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:GitNotifier", name, {}, opts);
    const { context, hub, clone, track } = args;
    const token = createIdentity(
      gitNotifierName,
      { cluster: hub, account: gitNotifierName, rules: refreshRules },
      this,
    );
    const config = (server: string, ca: string, bearer: string): GitNotifierConfig => ({
      api: { server, ca, token: bearer },
      clone,
      // Argo CD selects the tag, so every tag is reported.
      follow: track.kind === "branch" ? { revision: track.branch } : "tags",
    });
    new LocalService(
      gitNotifierName,
      {
        context,
        ...ownService("git-notifier", serviceDir(context.instance, gitNotifierName), 64),
        files: {
          "config.json": pulumi
            .all([hub.server, hub.ca, token])
            .apply((values) => JSON.stringify(config(...values))),
        },
        ports: [],
      },
      { parent: this, dependsOn: [...args.dependsOn] },
    );
    this.registerOutputs({});
  }
}
