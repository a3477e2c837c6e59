import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { makeFolder } from "./folder";

type Properties = Record<string, unknown>;

export const toStruct = (value: Properties): Struct => Struct.fromJavaScript(value as never);

export const urnOf = (type: string): string => `urn:pulumi:test::meridian::parent$${type}::thing`;

/** The provider as the engine starts it: a process of its own, spoken to by gRPC. */
export class ProviderProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** All that it has printed before it was connected to. */
    readonly greeting: string,
    readonly client: InstanceType<typeof service.ResourceProviderClient>,
  ) {}

  /**
   * @param executable Path within the repository. Default: our own provider.
   * @param variables For its environment. Default: none.
   */
  static async start(
    executable = "infra/provider/pulumi-resource-meridian",
    variables: Readonly<Record<string, string>> = {},
  ): Promise<ProviderProcess> {
    const file = path.join(repositoryRoot, executable);
    // What it records of its work goes here, and not into the clone.
    const home = makeFolder();
    const child = spawn(file, ["127.0.0.1:1"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, MERIDIAN_HOME: home.dir, ...variables },
    });
    child.once("exit", () => home.remove());
    const [data] = (await once(child.stdout, "data")) as [Buffer];
    const greeting = data.toString();
    const client = new service.ResourceProviderClient(
      `127.0.0.1:${greeting.trim()}`,
      grpc.credentials.createInsecure(),
    );
    return new ProviderProcess(child, greeting, client);
  }

  /** One call, answered. */
  call<R>(method: string, request: unknown): Promise<R> {
    type Method = (request: unknown, done: (error: Error | null, answer: R) => void) => void;
    const found = (this.client as unknown as Record<string, Method>)[method];
    if (found === undefined) throw new Error(`no method ${method}`);
    return new Promise((resolve, reject) =>
      found.call(this.client, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  }

  /** Makes a resource. @returns its inputs and outputs, as the engine would keep them. */
  async create(type: string, inputs: Properties) {
    const request = new proto.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(toStruct(inputs));
    const response = await this.call<proto.CreateResponse>("create", request);
    const outputs = response.getProperties()?.toJavaScript();
    return { id: response.getId(), properties: { ...inputs, ...outputs } };
  }

  /** Changes a resource. @returns its inputs and outputs. */
  async update(type: string, olds: Properties, news: Properties, oldInputs = olds) {
    const request = new proto.UpdateRequest();
    request.setId("thing");
    request.setUrn(urnOf(type));
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(oldInputs));
    request.setNews(toStruct(news));
    const response = await this.call<proto.UpdateResponse>("update", request);
    return { ...news, ...response.getProperties()?.toJavaScript() };
  }

  async diff(type: string, olds: Properties, news: Properties, oldInputs = olds) {
    const request = new proto.DiffRequest();
    request.setId("thing");
    request.setUrn(urnOf(type));
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(oldInputs));
    request.setNews(toStruct(news));
    const response = await this.call<proto.DiffResponse>("diff", request);
    return {
      some: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      none: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_NONE,
      diffs: response.getDiffsList().sort(),
      replaces: response.getReplacesList().sort(),
      stables: response.getStablesList().sort(),
      deleteFirst: response.getDeletebeforereplace(),
    };
  }

  /** How it ended, once it has: the signal that killed it, or nothing. */
  get endedBy(): NodeJS.Signals | null {
    return this.child.signalCode;
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}
