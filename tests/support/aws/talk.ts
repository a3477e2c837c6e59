import * as assert from "node:assert/strict";
import * as path from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { makeFolder } from "../folder";
import { ProviderProcess, toStruct } from "../provider";
import { type Facts, ordinaryFacts, worldVariable, writeFacts } from "./facts";
import { readOperations } from "./log";
import { tableVariable } from "./provider/server";

type Properties = Record<string, unknown>;

/** The engine's mark of a value that is not known before the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const account = "111111111111";

/** A provider's configuration. The SDK hands over what is not text as JSON. */
export const configuration = {
  region: "eu-west-1",
  allowedAccountIds: JSON.stringify([account]),
  defaultTags: JSON.stringify({ tags: { "meridian.dev/environment": "test" } }),
  skipCredentialsValidation: "false",
};

const urn = (type: string, name = "thing") => `urn:pulumi:test::meridian::parent$${type}::${name}`;

/** The stand-in with a world of its own, spoken to as the engine would. */
export class Talk {
  private constructor(
    readonly provider: ProviderProcess,
    private readonly folder: ReturnType<typeof makeFolder>,
  ) {}

  /** Starts one that knows the types of `smallTable.ts`. */
  static async begin(): Promise<Talk> {
    const folder = makeFolder();
    writeFacts(folder.dir, ordinaryFacts);
    const provider = await ProviderProcess.start("tests/support/aws/provider/pulumi-resource-aws", {
      [worldVariable]: folder.dir,
      [tableVariable]: path.join(repositoryRoot, "tests/support/aws/smallTable.ts"),
    });
    return new Talk(provider, folder);
  }

  async end(): Promise<void> {
    await this.provider.stop();
    this.folder.remove();
  }

  get world(): string {
    return this.folder.dir;
  }

  facts(facts: Partial<Facts>): void {
    writeFacts(this.world, { ...ordinaryFacts, ...facts });
  }

  async configure(properties: Properties = configuration): Promise<void> {
    const request = new proto.ConfigureRequest();
    request.setArgs(toStruct(properties));
    await this.provider.call("configure", request);
  }

  async failures(method: "check" | "checkConfig", type: string, inputs: Properties) {
    const request = new proto.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(inputs));
    const answer = await this.provider.call<proto.CheckResponse>(method, request);
    assert.deepEqual(answer.getInputs()?.toJavaScript(), inputs);
    return answer.getFailuresList().map((one) => [one.getProperty(), one.getReason()]);
  }

  async create(type: string, name: string, inputs: Properties, preview = false) {
    const request = new proto.CreateRequest();
    request.setUrn(urn(type, name));
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    const answer = await this.provider.call<proto.CreateResponse>("create", request);
    return { id: answer.getId(), outputs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  async update(type: string, id: string, olds: Properties, before: Properties, news: Properties) {
    const request = new proto.UpdateRequest();
    request.setUrn(urn(type));
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(before));
    request.setNews(toStruct(news));
    const answer = await this.provider.call<proto.UpdateResponse>("update", request);
    return answer.getProperties()?.toJavaScript();
  }

  async delete(type: string, name: string, id: string, properties: Properties = {}): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urn(type, name));
    request.setId(id);
    request.setProperties(toStruct(properties));
    await this.provider.call("delete", request);
  }

  async read(type: string, id: string): Promise<string> {
    const request = new proto.ReadRequest();
    request.setUrn(urn(type));
    request.setId(id);
    return (await this.provider.call<proto.ReadResponse>("read", request)).getId();
  }

  async invoke(token: string, args: Properties = {}): Promise<Properties> {
    const request = new proto.InvokeRequest();
    request.setTok(token);
    request.setArgs(toStruct(args));
    const answer = await this.provider.call<proto.InvokeResponse>("invoke", request);
    return answer.getReturn()?.toJavaScript() ?? {};
  }

  /** What has been logged, as lines without their times. */
  lines(): string[] {
    return readOperations(this.world).map(({ at, op, name, region, preview, id = "-" }) =>
      [at, op, name, region, id, ...(preview === true ? ["preview"] : [])].join(" "),
    );
  }
}
