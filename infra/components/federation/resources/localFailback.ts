import * as pulumi from "@pulumi/pulumi";
import type { FailbackServiceConfig } from "../../../../services/failback/config";
import type { AutomaticFailback } from "../../../config/types";
import { weightsFile } from "../../dns/handlers/powerdnsServer";
import { serviceDir } from "../../../providers/local/instance";
import { LocalService, ownService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";
import type { Cluster } from "../../../resources/foundation";
import { createIdentity } from "../../../resources/identity";
import { failbackName } from "../component";
import { failbackRules } from "../manifests/failback";

export interface LocalFailbackArgs {
  readonly context: LocalContext;
  readonly federation: Cluster & pulumi.Resource;
  readonly failback: AutomaticFailback;
}

/** Heap limit of the process, MiB. */
const memoryMiB = 64;

/** Returns replicas to regions that were lost and are back, without a command. */
export class LocalFailback extends pulumi.ComponentResource {
  constructor(name: string, args: LocalFailbackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Failback", name, {}, opts);
    const { context, federation, failback } = args;
    const token = createIdentity(
      `federation-${failbackName}`,
      { cluster: federation, account: failbackName, rules: failbackRules },
      this,
    );
    const { steadySeconds, maxConcurrent } = failback;
    const config = (api: FailbackServiceConfig["api"]): FailbackServiceConfig => ({
      ...{ api, steadySeconds, maxConcurrent },
      trafficFile: weightsFile(context.instance),
    });
    new LocalService(
      failbackName,
      {
        context,
        ...ownService("failback", serviceDir(context.instance, failbackName), memoryMiB),
        files: {
          "config.json": pulumi
            .all([federation.server, federation.ca, token])
            .apply(([server, ca, bearer]) => JSON.stringify(config({ server, ca, token: bearer }))),
        },
        ports: [],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
