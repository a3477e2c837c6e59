import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LocalWorkspace, type PulumiFn, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { instanceOf, repositoryRoot } from "../../../infra/providers/local/instance";
import { kubeGet, waitFor } from "../../../infra/kube/kube";
import { endInstance } from "../instance";
import { resume } from "../../../infra/providers/local/supervisor";
import type { ChartVersion } from "./charts/archive";
import { ChartRepository } from "./charts/repository";
import { StandInDelivery } from "./delivery";
import { commandRoot, engineVariables } from "./engine";
import { type OpenEngine, StandInFederation } from "./federation";
import { type Fault, type Facts, ordinaryFacts, readFacts, writeFacts } from "./facts";
import { type Operation, readOperations } from "./log";
import { allowDeletion, forgetMade, type MadeResource, readMade } from "./made";
import { type Configuration, writeProject } from "./project";
import { clusterInstance, clusterInstances, clusterKubeconfig } from "./provider/clusters";
import { StandInRollouts } from "./rollouts";

export type { Configuration } from "./project";

/** As it is for the tests' own process: a command that is run in it sets another for what it starts. */
const temporary = os.tmpdir();

export interface WorldOptions {
  /** What is so from the start. Default: an ordinary account. */
  readonly facts?: Partial<Facts>;
  /** A module with `awsTypes` in place of the platform's table: for tests of the stand-in itself. */
  readonly table?: string;
  /** Charts that the repository's index names. Default: none. */
  readonly charts?: readonly ChartVersion[];
  /** Whether a real Karmada runs, whose kubeconfig Karmada's chart brings. Default: false. */
  readonly federation?: boolean;
}

export interface StackOptions {
  readonly program: PulumiFn;
  /** Changes the environment's configuration, as a person would in its file. Default: nothing. */
  readonly configure?: (config: Configuration) => void;
  /** Variables for its engine, in place of the world's: those by which the commands find their state. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * An AWS of a test's own: its account and regions, the clusters that run in it, and the engine's state. All of it
 * is in one folder and in processes that bear the marks of that folder.
 */
export class World {
  readonly dir: string;
  private charts: ChartRepository | undefined;
  private readonly karmadas: StandInFederation[] = [];
  private argocd: StandInDelivery | undefined;
  private readonly rollouts = new Map<string, StandInRollouts>();

  private constructor(
    readonly name: string,
    private readonly options: WorldOptions,
  ) {
    this.dir = path.join(temporary, `meridian-aws-${name}-${process.pid}`);
  }

  /** Its folder, its chart repository and, if asked for, its federation. */
  static async create(name: string, options: WorldOptions = {}): Promise<World> {
    const world = new World(name, options);
    fs.mkdirSync(world.dir, { recursive: true, mode: 0o700 });
    writeFacts(world.dir, { ...ordinaryFacts, ...options.facts });
    try {
      await world.start();
    } catch (error) {
      await world.destroy();
      throw error;
    }
    return world;
  }

  private async start(): Promise<void> {
    const brought = () => {
      const newest = this.karmadas.at(-1);
      return newest === undefined ? {} : { federationKubeconfig: newest.kubeconfigWithinHub };
    };
    const packing = path.join(this.dir, "charts");
    this.charts = await ChartRepository.start(this.options.charts ?? [], brought, packing);
    if (this.options.federation === true) await this.startFederation();
  }

  /**
   * Starts a real Karmada, which the next installation of its chart brings and the next network load balancer leads to.
   * Earlier ones go on.
   */
  async startFederation(): Promise<StandInFederation> {
    const number = createHash("sha256").update(this.dir).digest().readUInt16BE(0);
    const name = federationName(this.karmadas.length);
    const karmada = await StandInFederation.start(this.home, number, this.openOwn, name);
    this.karmadas.push(karmada);
    this.change({ networkLoadBalancer: karmada.address });
    return karmada;
  }

  /** An engine of the harness's own, for what it starts itself. */
  private readonly openOwn: OpenEngine = (name, program, variables) =>
    this.open(name, {}, program, variables);

  /**
   * Starts Argo CD's processes for a hub, once the chart has been installed there. They end with the world, or when
   * they are stopped. Needs the federation.
   */
  async startDelivery(region: string, cluster: string): Promise<void> {
    const { proxy } = this.federation;
    const hub = this.kubeconfig(region, cluster);
    const args = { home: this.home, hub, proxy, open: this.openOwn };
    this.argocd = await StandInDelivery.start(args);
  }

  /** Ends them: before their hub is destroyed. */
  async stopDelivery(): Promise<void> {
    await this.argocd?.stop();
  }

  /**
   * Starts a real gate and Argo Rollouts for a member's cluster, once the platform has put there what they are made of. They
   * are lost and return with its region, and end with it, with the world, or when they are stopped. Once more: anew.
   */
  async startRollouts(region: string, cluster: string): Promise<StandInRollouts> {
    const instance = clusterInstance(this.dir, region, cluster);
    await this.rollouts.get(instance.dir)?.unfollow();
    const kubeconfig = () => this.kubeconfig(region, cluster);
    const started = await StandInRollouts.start({ world: this.dir, instance, kubeconfig });
    this.rollouts.set(instance.dir, started);
    return started;
  }

  /** Ends them: their Service leads nowhere. */
  async stopRollouts(region: string, cluster: string): Promise<void> {
    const { dir } = clusterInstance(this.dir, region, cluster);
    await this.rollouts.get(dir)?.stop();
    this.rollouts.delete(dir);
  }

  /** URL of the chart repository: what `chartRepository` is to be. */
  get chartRepository(): string {
    return this.running(this.charts, "chart repository").url;
  }

  /** Archives of charts that were fetched, in order. */
  get fetchedCharts(): readonly string[] {
    return this.running(this.charts, "chart repository").fetched;
  }

  /** The real Karmada: the newest, if there are several. */
  get federation(): StandInFederation {
    return this.running(this.karmadas.at(-1), "federation");
  }

  private running<T>(part: T | undefined, name: string): T {
    if (part === undefined) throw new Error(`the world has no ${name}`);
    return part;
  }

  /**
   * The stack of an environment of this repository, with its program run in this process. Its charts come from
   * this world's repository.
   */
  openStack(environment: string, options: StackOptions): Promise<Stack> {
    const { program, configure, variables } = options;
    const source = path.join(repositoryRoot, "environments", `Pulumi.${environment}.yaml`);
    const { config } = parse(fs.readFileSync(source, "utf8")) as { config: Configuration };
    const aws = config["meridian:aws"] as object;
    config["meridian:aws"] = { ...aws, chartRepository: this.chartRepository };
    configure?.(config);
    return this.open(environment, config, program, variables);
  }

  private async open(
    environment: string,
    config: Configuration,
    program: PulumiFn,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Stack> {
    const workspace = await LocalWorkspace.create({
      workDir: writeProject(path.join(this.dir, "projects", environment), environment, config),
      pulumiCommand: await PulumiCommand.get({ root: commandRoot(this.dir) }),
      envVars: { ...this.variables(), ...variables },
      program,
    });
    return Stack.createOrSelect(environment, workspace);
  }

  /** Every operation that the stand-in was asked for, in order. */
  log(): Operation[] {
    return readOperations(this.dir);
  }

  /** What was made and not deleted: what the account would still be charged for. */
  made(): MadeResource[] {
    return readMade(this.dir);
  }

  /** Switches off, by hand, what keeps a region's resources of a type from being deleted. */
  allowDeletion(type: string, region: string): void {
    for (const one of this.made().filter((each) => each.type === type && each.region === region))
      allowDeletion(this.dir, one);
  }

  /** Deletes one of them by hand, behind the engine's back. */
  deleteByHand(resource: MadeResource): void {
    forgetMade(this.dir, resource);
  }

  facts(): Facts {
    return readFacts(this.dir);
  }

  /** Changes what is so, also while an engine runs. */
  change(facts: Partial<Facts>): void {
    writeFacts(this.dir, { ...this.facts(), ...facts });
  }

  /** Adds a trouble from now on. */
  addFault(fault: Omit<Fault, "since">): void {
    const since = new Date().toISOString();
    this.change({ faults: [...this.facts().faults, { ...fault, since }] });
  }

  /** Takes a region away: its API answers nothing, and its clusters are dead. */
  async loseRegion(region: string): Promise<void> {
    this.setSilent(region, true);
    await this.loseClusters(region);
  }

  /** Takes a region's clusters away while AWS says that all is well. */
  async loseClusters(region: string): Promise<void> {
    await Promise.all(clusterInstances(this.dir, region).map((one) => endInstance(one)));
  }

  /** Takes one cluster away, by its name in AWS. */
  loseCluster(region: string, name: string): Promise<void> {
    return endInstance(clusterInstance(this.dir, region, name));
  }

  /** Brings it back, and waits for its clusters and their gates. */
  async returnRegion(region: string): Promise<void> {
    for (const instance of clusterInstances(this.dir, region)) {
      await resume(instance);
      const name = instance.environment.slice(`${region}.`.length);
      await waitFor(`Cluster ${name} is back`, 120, () =>
        kubeGet(this.kubeconfig(region, name), "/readyz", 2000),
      );
      await this.rollouts.get(instance.dir)?.refresh();
    }
    this.setSilent(region, false);
  }

  /** Kubeconfig of an administrator of an EKS cluster, by its name in AWS. */
  kubeconfig(region: string, cluster: string): string {
    return clusterKubeconfig(this.dir, region, cluster);
  }

  /** Ends all that runs in the world and removes its folder. */
  async destroy(): Promise<void> {
    await this.charts?.stop();
    await Promise.all([...this.rollouts.values()].map((one) => one.unfollow()));
    // Also those whose start was cut short.
    const federations = [...this.karmadas.keys(), this.karmadas.length].map(federationName);
    for (const name of ["delivery", ...federations]) {
      await endInstance(instanceOf(name, this.home));
    }
    await Promise.all(clusterInstances(this.dir).map((one) => endInstance(one)));
    fs.rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Variables with which an engine finds state, plugins, tools and this world. */
  variables(): Record<string, string> {
    return engineVariables(this.dir, this.home, this.options.table);
  }

  /** Folder of the instances that our own provider makes. */
  private get home(): string {
    return path.join(this.dir, "home");
  }

  private setSilent(region: string, silent: boolean): void {
    const { regions } = this.facts();
    const known = regions[region];
    if (known === undefined) throw new Error(`the world has no region ${region}`);
    this.change({ regions: { ...regions, [region]: { ...known, silent } } });
  }
}

/** Of its instance and its stack. */
function federationName(index: number): string {
  return index === 0 ? "federation" : `federation-${index + 1}`;
}
