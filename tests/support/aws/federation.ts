import * as fs from "node:fs";
import * as path from "node:path";
import * as tls from "node:tls";
import type { Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { waitFor } from "../../../infra/kube/kube";
import { endInstance } from "../instance";
import { allocatePorts } from "../../../infra/providers/local/ports";
import { allPortNames, clusterPortNames } from "../../../infra/plan/ports";
import { planPlatform } from "../../../infra/plan";
import { parseEnvironment } from "../../../infra/config/parse";
import { kubernetesVersion } from "../../../infra/plan/versions";
import { LocalKarmada } from "../../../infra/components/federation/resources/local";
import { supervise, unsupervise } from "../../../infra/providers/local/supervisor";
import { freeAddress } from "./forwarder";
import { addServingName } from "./servingName";

/** Port of Karmada's API server in the cluster that houses it, and of its load balancer. */
const federationPort = 5443;

/** The name that the API server's certificate is for, whatever address leads there. */
const tlsName = "kubernetes.default.svc";

/** Where it is reached in the cluster that houses it. */
const nameWithinHub = "karmada-apiserver.karmada-system.svc.cluster.local";

const proxyName = "proxy/http";

const forwardFile = path.join(__dirname, "forward.js");

interface Kubeconfig {
  clusters: [
    {
      cluster: { server: string; "certificate-authority-data": string; "tls-server-name"?: string };
    },
  ];
}

/** Opens an engine on a project of its own. */
export type OpenEngine = (
  name: string,
  program: () => Promise<void>,
  variables?: Readonly<Record<string, string>>,
) => Promise<Stack>;

/**
 * A real Karmada beside a world's clusters: its chart would run it in pods, which simulated nodes don't. The address
 * that its load balancer is given leads here.
 */
export class StandInFederation {
  private constructor(
    private readonly instance: Instance,
    private readonly clusterName: string,
    /** Loopback address that answers on Karmada's port. */
    readonly address: string,
    /** URL of a proxy that knows the name that it has within the hub. */
    readonly proxy: string,
  ) {}

  /**
   * @param home Folder for its instance.
   * @param number Of the world: where the search for an address begins.
   * @param instanceName Of one among several. Default: the first.
   */
  static async start(
    home: string,
    number: number,
    open: OpenEngine,
    instanceName = "federation",
  ): Promise<StandInFederation> {
    const instance = instanceOf(instanceName, home);
    prepareInstance(instance);
    const plan = federationPlan();
    const ports = await allocatePorts(instance, [
      ...allPortNames([plan.clusterName], []),
      proxyName,
    ]);
    const context = { instance, home, ports, kubernetesVersion };
    const stack = await open(instanceName, () => {
      new LocalKarmada(plan.clusterName, { context, plan });
      return Promise.resolve();
    });
    await stack.up();
    const address = await freeAddress(77, federationPort, number);
    const to = ports[clusterPortNames(plan.clusterName).apiServer] ?? 0;
    const run = (name: string, ...args: (string | number)[]) =>
      supervise(instance, name, {
        command: [process.execPath, forwardFile, name, ...args.map(String), `${to}`],
      });
    await addServingName(
      path.join(instance.clustersDir, "clusters", plan.clusterName, "pki"),
      nameWithinHub,
    );
    await run("forward", address, federationPort);
    const proxyPort = ports[proxyName] ?? 0;
    await run("proxy", proxyPort, nameWithinHub);
    const federation = new StandInFederation(
      instance,
      plan.clusterName,
      address,
      `http://127.0.0.1:${proxyPort}`,
    );
    await waitFor(`Karmada answers at ${address}`, 30, () => federation.answers());
    return federation;
  }

  /** Ends all of it, as the loss of the hub that houses it would. */
  stop(): Promise<void> {
    return endInstance(this.instance);
  }

  /** Ends the parts that act on members, as if their Deployments were scaled to none: the API server goes on. */
  async stopActing(): Promise<void> {
    for (const name of ["karmada-controller-manager", "karmada-scheduler"]) {
      await unsupervise(this.instance, name);
    }
  }

  /** Kubeconfig of an administrator, at the API server's own address. */
  get kubeconfig(): string {
    const file = path.join(this.instance.filesDir, `${this.clusterName}.kubeconfig`);
    return fs.readFileSync(file, "utf8");
  }

  /** The same at the name of its Service, as Karmada's chart writes it. */
  get kubeconfigWithinHub(): string {
    const config = parse(this.kubeconfig) as Kubeconfig;
    config.clusters[0].cluster.server = `https://${nameWithinHub}:${federationPort}`;
    return stringify(config);
  }

  /** The same at the address of its load balancer, as the platform is to know it. */
  get forwardedKubeconfig(): string {
    const config = parse(this.kubeconfig) as Kubeconfig;
    const { cluster } = config.clusters[0];
    cluster.server = `https://${this.address}:${federationPort}`;
    cluster["tls-server-name"] = tlsName;
    return stringify(config);
  }

  /** Rejects until a connection through the forwarder comes to a handshake under the name of its certificate. */
  private answers(): Promise<void> {
    const config = parse(this.kubeconfig) as Kubeconfig;
    const ca = Buffer.from(config.clusters[0].cluster["certificate-authority-data"], "base64");
    const at = { host: this.address, port: federationPort, servername: tlsName };
    const options = { ...at, ca, timeout: 2000 };
    return new Promise((resolve, reject) => {
      const socket = tls.connect(options, () => {
        socket.destroy();
        resolve();
      });
      socket.on("error", reject);
      socket.on("timeout", () => socket.destroy(new Error("no answer")));
    });
  }
}

/** As every local platform's, with timings that a test can wait for. */
function federationPlan() {
  const result = parseEnvironment("federation", {
    provider: "local",
    regions: [{ name: "eu-west-1" }],
    federation: { failover: { profile: "fast" } },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return planPlatform(result.environment).federation;
}
