import {
  dataplaneName,
  gatewayPorts,
  regionGatewayPorts,
} from "../../../infra/components/gateway/component";
import { dnsPort } from "../../../infra/components/dns/component";
import * as fs from "node:fs";
import * as http from "node:http";
import { join } from "node:path";
import { lookUp, sourceIn } from "../../../infra/components/dns/handlers/powerdnsServer";
import { readPorts } from "../../../infra/providers/local/ports";
import { appNames, readEnvironmentFile } from "../../../infra/config";
import { repositoryRoot, serviceDir } from "../../../infra/providers/local/instance";
import { dataplaneTokenFile } from "../../../infra/providers/local/manifests/dataplane";
import { planPlatform } from "../../../infra/plan";
import { type ZoneInputs, zoneInputs } from "../../../infra/components/gateway/traffic";
import type { EdgePlan, PlatformPlan, TrafficPlan } from "../../../infra/plan/types";
import type { TestPlatform } from "./platform";

/** An answer of the gateway. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** The traffic side of a test's platform, as its clients and its operators see it. */
export class Traffic {
  private planned: TrafficPlan | undefined;

  constructor(private readonly platform: TestPlatform) {}

  /** Read once: a test that changes the list of regions asks for another of these. */
  get plan(): TrafficPlan {
    this.planned ??= this.platformPlan.traffic;
    return this.planned;
  }

  /** As the platform was brought up last. */
  get platformPlan(): PlatformPlan {
    const { instance } = this.platform;
    const environment = readEnvironmentFile(instance.stackConfigFile, instance.environment);
    return planPlatform(environment, appNames(repositoryRoot, environment.delivery.overlays));
  }

  get zone(): ZoneInputs {
    return zoneInputs(this.plan, this.port(gatewayPorts.http));
  }

  get dnsPort(): number {
    return this.port(dnsPort);
  }

  edge(region: string): EdgePlan {
    const found = this.plan.edges.find((edge) => edge.region === region);
    if (found === undefined) throw new Error(`no edge of ${region}`);
    return found;
  }

  /** The region whose address a client beside `from` is given; every question is asked anew. */
  async dig(app: string, from: string): Promise<string> {
    const answer = await this.address(app, from);
    const found = this.plan.edges.find(({ address }) => address === answer);
    if (found === undefined) throw new Error(`an answer that is no edge: ${answer}`);
    return found.region;
  }

  /** The address that a client beside `from` is given, be it of a region that is not in the plan. */
  async address(app: string, from: string): Promise<string> {
    const [answer] = await lookUp(`${app}.${this.plan.domain}`, {
      port: this.dnsPort,
      source: this.source(from),
    });
    return answer?.address ?? "";
  }

  source(region: string): string | undefined {
    return sourceIn(this.edge(region).clients);
  }

  /** One request to a region's gateway. */
  get(region: string, host: string, options: RequestOptions = {}): Promise<Answer> {
    return this.getAt(this.edge(region).address, host, options);
  }

  /** One request to a gateway's address. */
  getAt(address: string, host: string, options: RequestOptions = {}): Promise<Answer> {
    const { path = "/", agent, from } = options;
    return new Promise((resolve, reject) => {
      const request = http.get(
        {
          host: address,
          port: this.port(gatewayPorts.http),
          path,
          headers: { host },
          timeout: 10_000,
          ...(agent === undefined ? {} : { agent }),
          ...(from === undefined ? {} : { localAddress: from }),
        },
        (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (body += chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      request.on("timeout", () => request.destroy(new Error("no answer in 10 s")));
      request.on("error", reject);
    });
  }

  /** A request to a region's pod simulator itself, for drills. */
  async drill(region: string, method: string, path: string, body?: unknown): Promise<string> {
    const port = this.port(regionGatewayPorts(region).admin);
    const folder = serviceDir(this.platform.instance, dataplaneName(region));
    const token = fs.readFileSync(join(folder, dataplaneTokenFile), "utf8");
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }

  /** Has an edge say this to health checks, whatever is true; undefined: the truth again. */
  async lie(region: string, code: 200 | 503 | undefined): Promise<void> {
    if (code === undefined) await this.drill(region, "DELETE", "/drills/healthz");
    else await this.drill(region, "PUT", "/drills/healthz", code);
  }

  private port(name: string): number {
    const port = readPorts(this.platform.instance)[name];
    if (port === undefined) throw new Error(`no port ${name}`);
    return port;
  }
}

interface RequestOptions {
  readonly path?: string;
  readonly agent?: http.Agent;
  readonly from?: string | undefined;
}
