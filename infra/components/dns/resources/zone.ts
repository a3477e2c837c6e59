import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";

/** create: creates the zone. adopt: uses an existing zone, whose id was looked up before any resource was registered. */
export type HostedZoneArgs =
  | { readonly kind: "create"; readonly domain: string; readonly keepsData: boolean }
  | { readonly kind: "adopt"; readonly zoneId: string };

/** The zone of the platform's domain. */
export class HostedZone extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  /** Servers to which the domain's owner has to delegate; empty for an adopted zone. */
  readonly nameServers: pulumi.Output<string[]>;

  constructor(name: string, args: HostedZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:HostedZone", name, {}, opts);
    switch (args.kind) {
      case "create": {
        const { domain, keepsData } = args;
        // A recreated zone has other name servers: its delegation would have to be changed manually.
        const zone = new route53.Zone(
          name,
          { name: domain, comment: "Meridian's apps", forceDestroy: false },
          { parent: this, protect: keepsData, retainOnDelete: keepsData },
        );
        this.zoneId = zone.zoneId;
        this.nameServers = zone.nameServers;
        break;
      }
      case "adopt":
        this.zoneId = pulumi.output(args.zoneId);
        this.nameServers = pulumi.output([]);
    }
    this.registerOutputs({ zoneId: this.zoneId, nameServers: this.nameServers });
  }
}
