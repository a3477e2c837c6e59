import { gatewayPorts } from "../../gateway/component";
import { dnsName, dnsPort } from "../component";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { toolPath } from "../../../../toolchain";
import { serverName, zonePath } from "../handlers/powerdnsServer";
import { serviceDir } from "../../../providers/local/instance";
import { namedConf, powerdnsSettings } from "../manifests/powerdns";
import { type ZoneInputs, zoneInputs } from "../../gateway/traffic";
import type { TrafficPlan } from "../../../plan/types";
import { LocalService } from "../../../providers/local/resources/service";
import type { LocalContext } from "../../../providers/local/resources/types";

export interface LocalDnsArgs {
  readonly context: LocalContext;
  readonly traffic: TrafficPlan;
}

class Zone extends pulumi.CustomResource {
  constructor(
    inputs: ZoneInputs & { home: string; environment: string; port: number },
    opts: pulumi.CustomResourceOptions,
  ) {
    super("meridian:local:Zone", inputs.domain, { ...inputs }, opts);
  }
}

/** The local platform's DNS server and its zone. It answers with the nearest healthy region. */
export class LocalDns extends pulumi.ComponentResource {
  constructor(resourceName: string, args: LocalDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:local:Dns", resourceName, {}, opts);
    const { context, traffic } = args;
    const port = context.ports[dnsPort] ?? 0;
    const name = serverName(context.instance);
    const folder = serviceDir(context.instance, dnsName);
    const server = new LocalService(
      dnsName,
      {
        context,
        command: [toolPath("pdns-server"), `--config-dir=${folder}`, `--config-name=${name}`],
        // Health checks connect directly to the edges, without this machine's proxy.
        variables: { http_proxy: "", HTTP_PROXY: "", all_proxy: "", ALL_PROXY: "", no_proxy: "*" },
        files: {
          [`pdns-${name}.conf`]: powerdnsSettings({
            name,
            folder,
            socketDir: path.dirname(context.instance.socket),
            port,
            checkIntervalSeconds: traffic.check.intervalSeconds,
          }),
          "named.conf": namedConf(traffic.domain, zonePath(context.instance)),
        },
        ports: [port],
      },
      { parent: this },
    );
    new Zone(
      {
        home: context.home,
        environment: context.instance.environment,
        port,
        ...zoneInputs(traffic, context.ports[gatewayPorts.http] ?? 0),
      },
      { parent: this, dependsOn: [server] },
    );
    this.registerOutputs({});
  }
}
