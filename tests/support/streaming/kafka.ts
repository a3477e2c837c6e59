import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { Context } from "mocha";
import { parseEnvironment } from "../../../infra/config/parse";
import { aclRules, describeRules } from "../../../infra/components/streaming/aclRules";
import { identities } from "../../../infra/components/streaming/handlers/identities";
import type { KafkaAccess } from "../../../infra/components/streaming/handlers/kafkaClient";
import { format } from "../../../infra/components/streaming/handlers/kafkaStorage";
import { kafkaTopics } from "../../../infra/components/streaming/handlers/kafkaTopics";
import { adminUser, monitorUser } from "../../../infra/components/streaming/localNames";
import { kafkaFiles } from "../../../infra/components/streaming/manifests/localKafka";
import {
  brokerProcesses,
  deleteCommand,
  identitiesOf,
  type KafkaMachine,
  type KafkaProcess,
  mirrorProcess,
  serversOf,
} from "../../../infra/components/streaming/manifests/localProcesses";
import { principalOf } from "../../../infra/components/streaming/names";
import { planStreaming, type StreamingPlan } from "../../../infra/components/streaming/plan";
import { pairIn, pemOf } from "../../../infra/components/streaming/resources/identities";
import { instanceOf, serviceDataDir, serviceDir } from "../../../infra/providers/local/instance";
import { ensureTools, toolPath } from "../../../toolchain";
import { makeFolder } from "../folder";
import { small } from "../plan";

/** The plan of an environment on this machine with these options. @throws with the diagnostics if it has mistakes. */
export function streamingPlan(
  regions: readonly string[],
  streaming: Record<string, unknown>,
): StreamingPlan {
  const result = parseEnvironment("test", {
    ...{
      provider: "local",
      regions: regions.map((name) => ({ ...small(name), zones: ["a", "b", "c"] })),
      streaming,
    },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  const plan = planStreaming(result.environment);
  if (plan === undefined) throw new Error("the environment has no Kafka");
  return plan;
}

/** Gets Java and Kafka. Skips the tests, with the reason, on a machine that cannot have them. */
export async function needKafka(test: Context): Promise<void> {
  try {
    await ensureTools(["java", "kafka"], () => undefined);
  } catch (error) {
    console.warn(`SKIPPED: tests with Kafka. ${(error as Error).message}`);
    test.skip();
  }
}

/** Kafka of several regions as plain processes, without the supervisor and the engine. */
export class KafkaRegions {
  private readonly folder = makeFolder();
  private readonly running = new Map<string, ChildProcess>();
  private readonly ports = new Map<string, number>();
  private created: readonly string[] = [];
  authorities: Awaited<ReturnType<typeof identities.create>>["outputs"] | undefined;

  constructor(private plan: StreamingPlan) {}

  get machine(): KafkaMachine {
    const instance = instanceOf("test", this.folder.dir);
    return {
      environment: "test",
      tools: { java: toolPath("java"), kafka: toolPath("kafka") },
      folder: (name) => serviceDir(instance, name),
      data: (name) => serviceDataDir(instance, name),
      port: (name) => this.ports.get(name) ?? 0,
    };
  }

  /** Starts the brokers of every region, and creates topics and permissions. */
  async start(): Promise<void> {
    const { outputs } = await identities.create({
      ...{ name: "ca", identities: identitiesOf(this.plan) },
    });
    this.authorities = outputs;
    await this.choosePorts();
    await Promise.all(this.plan.clusters.map(({ region }) => this.startRegion(region)));
    await this.apply(this.plan);
  }

  /** Gives every broker other ports, which it has from its next start on. */
  async choosePorts(): Promise<void> {
    const names = this.plan.clusters.flatMap(({ region, brokers }) =>
      brokers.flatMap(({ id }) => [`${region}/kafka-${id}`, `${region}/kafka-${id}-controller`]),
    );
    for (const [index, port] of (await freePorts(names.length)).entries())
      this.ports.set(names[index] ?? "", port);
  }

  async startRegion(region: string): Promise<void> {
    const cluster = this.plan.clusters.find((one) => one.region === region);
    if (cluster === undefined) return;
    for (const broker of brokerProcesses(cluster, this.machine)) {
      const { home, tools } = { home: this.folder.dir, tools: this.machine.tools };
      const place = { home, environment: "test", name: broker.name };
      await format({ ...place, ...tools, ...broker.storage });
      this.launch(broker);
    }
  }

  startMirror(region: string): void {
    const mirror = this.plan.mirrors.find(({ target }) => target === region);
    if (mirror !== undefined) this.launch(mirrorProcess(mirror, this.plan, this.machine));
  }

  /** Makes topics and permissions as planned. */
  async apply(plan: StreamingPlan): Promise<void> {
    this.plan = plan;
    const results = await Promise.all(
      plan.clusters.map(({ region, topics, users }) => {
        const inputs = {
          ...{ region, topics, access: this.access(adminUser, region) },
          acls: [...aclRules(users), ...describeRules(principalOf(monitorUser))],
          deleteCommand: deleteCommand(plan, region, this.machine),
        };
        return kafkaTopics.update(region, { ...inputs, created: this.created }, inputs);
      }),
    );
    this.created = results[0]?.created ?? [];
  }

  access(user: string, region: string): KafkaAccess {
    const { authority = "", pairs = {} } = this.authorities ?? {};
    const { certificate = "", key = "" } = pairs[user] ?? {};
    return {
      servers: serversOf(this.plan, region, this.machine),
      ...{ authority, certificate, key },
    };
  }

  /** Command of Kafka that deletes a topic. */
  deleteCommand(region: string): string {
    return deleteCommand(this.plan, region, this.machine);
  }

  /** Process ID of a running process. */
  pid(name: string): number {
    return this.running.get(name)?.pid ?? assert.fail(`${name} does not run`);
  }

  /** Waits until a process ends by itself. @returns its exit code, or the signal that ended it. */
  async ended(name: string): Promise<number | string | null> {
    const child = this.running.get(name) ?? assert.fail(`${name} does not run`);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    this.running.delete(name);
    return child.exitCode ?? child.signalCode;
  }

  /** Ends a process. @param signal SIGKILL is a crash. */
  async end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.running.get(name);
    this.running.delete(name);
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  /** The output of a process so far. */
  log(name: string): string {
    return fs.readFileSync(path.join(this.machine.folder(name), "log"), "utf8");
  }

  /** Ends everything, and removes the files. */
  async remove(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.end(name, "SIGKILL")));
    this.folder.remove();
  }

  private launch({ name, command, variables, files, identities: users }: KafkaProcess): void {
    const folder = this.machine.folder(name);
    const write = (file: string, content: string) => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), content);
    };
    for (const [file, content] of Object.entries(files)) write(file, content);
    for (const [sub, user] of Object.entries(users)) {
      write(
        path.join(sub, kafkaFiles.identity),
        pemOf(pairIn(this.authorities?.pairs ?? {}, user, false)),
      );
      write(path.join(sub, kafkaFiles.authority), this.authorities?.authority ?? "");
    }
    const log = fs.openSync(path.join(folder, "log"), "a");
    const [program = "", ...args] = command;
    const env = { ...process.env, ...variables };
    this.running.set(name, spawn(program, args, { env, stdio: ["ignore", log, log] }));
    fs.closeSync(log);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
