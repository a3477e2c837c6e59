import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { isDeepStrictEqual } from "node:util";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../../../../infra/provider/handler";
import { answer, listen, plain, toStruct, typeOf } from "../../../../infra/provider/protocol";
import { dataSources } from "../calls";
import { readFacts, worldVariable } from "../facts";
import { appendOperation } from "../log";
import { readMade } from "../made";
import type { AwsTable } from "../table";
import { Resources, type Subject } from "./resources";
import { diagnosticOf, type Settings, settingsOf, silenceOf } from "./settings";

/** Names a module whose `awsTypes` is used in place of the table's: for tests of the stand-in itself. */
export const tableVariable = "MERIDIAN_AWS_TABLE";

/** Serves the stand-in for the world that the environment names. */
export function serve(): void {
  const world = process.env[worldVariable];
  if (world === undefined) throw new Error(`${worldVariable} names no world`);
  const { awsTypes } = require(process.env[tableVariable] ?? "../table") as { awsTypes: AwsTable };
  listen(new StandIn(world, awsTypes).implementation());
}

/** The engine's mark of a value that is not known before the update. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The `aws` provider as the engine sees it: one process for each region's provider. */
class StandIn {
  private settings: Settings | undefined;

  constructor(
    private readonly world: string,
    private readonly table: AwsTable,
  ) {}

  implementation(): UntypedServiceImplementation {
    return {
      getPluginInfo: answer(() => pluginInfo()),
      getSchema: answer(() => schemaOf()),
      checkConfig: answer((request: proto.CheckRequest) => this.checkConfig(request)),
      diffConfig: answer((request: proto.DiffRequest) => diffConfig(request)),
      configure: answer((request: proto.ConfigureRequest) => this.configure(request)),
      check: answer((request: proto.CheckRequest) => this.check(request)),
      diff: answer((request: proto.DiffRequest) => this.diff(request)),
      create: answer((request: proto.CreateRequest) => this.create(request)),
      read: answer((request: proto.ReadRequest) => this.read(request)),
      update: answer((request: proto.UpdateRequest) => this.update(request)),
      delete: answer((request: proto.DeleteRequest) => this.delete(request)),
      invoke: answer((request: proto.InvokeRequest) => this.invoke(request)),
      cancel: answer(() => new Empty()),
    };
  }

  private checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const inputs = plain(request.getNews());
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    const whole = Object.values(inputs).every((value) => value !== unknown);
    const diagnostic = whole ? diagnosticOf(this.world, inputs) : undefined;
    if (diagnostic !== undefined) response.setFailuresList([failure("", diagnostic)]);
    return response;
  }

  private configure(request: proto.ConfigureRequest): proto.ConfigureResponse {
    this.settings = settingsOf(this.world, plain(request.getArgs()));
    const { region } = this.settings;
    appendOperation(this.world, {
      ...{ at: "end", op: "configure", type: "pulumi:providers:aws", name: region, region },
    });
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  private check(request: proto.CheckRequest): proto.CheckResponse {
    const inputs = plain(request.getNews());
    const subject = subjectOf(request.getUrn(), false);
    const missing = this.resources().check(subject, inputs);
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    const reason = (names: string) =>
      `Missing required argument: ${subject.type} needs ${names.split("|").join(" or ")}`;
    response.setFailuresList(missing.map((names) => failure(names.split("|")[0], reason(names))));
    return response;
  }

  private diff(request: proto.DiffRequest): proto.DiffResponse {
    const before = plain(request.getOldInputs());
    const subject = subjectOf(request.getUrn(), false);
    const { changed, replaces } = this.resources().diff(subject, before, plain(request.getNews()));
    const response = new proto.DiffResponse();
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(changed);
    response.setReplacesList(replaces);
    return response;
  }

  private async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const inputs = plain(request.getProperties());
    const subject = subjectOf(request.getUrn(), request.getPreview());
    const response = new proto.CreateResponse();
    if (subject.preview) {
      response.setProperties(structOf(this.resources().previewCreate(subject, inputs, unknown)));
      return response;
    }
    const { id, outputs } = await this.resources().create(subject, inputs);
    response.setId(id);
    response.setProperties(structOf(outputs));
    return response;
  }

  private async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const subject = subjectOf(request.getUrn(), request.getPreview());
    const old = { outputs: plain(request.getOlds()), inputs: plain(request.getOldInputs()) };
    const inputs = plain(request.getNews());
    const outputs = await this.resources().update(subject, request.getId(), old, inputs);
    const response = new proto.UpdateResponse();
    response.setProperties(structOf(outputs));
    return response;
  }

  private read(request: proto.ReadRequest): proto.ReadResponse {
    const subject = subjectOf(request.getUrn(), false);
    const properties = plain(request.getProperties());
    const found = this.resources().read(subject, request.getId(), properties);
    const response = new proto.ReadResponse();
    if (found === undefined) return response;
    response.setId(request.getId());
    response.setProperties(structOf(found));
    response.setInputs(request.getInputs());
    return response;
  }

  private async delete(request: proto.DeleteRequest): Promise<Empty> {
    const subject = subjectOf(request.getUrn(), false);
    await this.resources().delete(subject, request.getId(), plain(request.getProperties()));
    return new Empty();
  }

  private invoke(request: proto.InvokeRequest): proto.InvokeResponse {
    const { region: own, account } = this.configured();
    const token = request.getTok();
    const args = plain(request.getArgs());
    const region = typeof args["region"] === "string" ? args["region"] : own;
    appendOperation(this.world, { at: "end", op: "invoke", type: token, name: own, region });
    const source = dataSources[token];
    if (source === undefined) {
      throw new Error(
        `The stand-in for AWS does not know the function ${token}: it has to be in tests/support/aws/calls`,
      );
    }
    const facts = readFacts(this.world);
    const silence = silenceOf(facts, token.split(":")[1]?.split("/")[0] ?? "", region);
    const regionFacts = facts.regions[region];
    if (silence !== undefined || regionFacts === undefined) throw new Error(`${token}: ${silence}`);
    const asked = { facts, region, regionFacts, account, made: readMade(this.world) };
    const response = new proto.InvokeResponse();
    response.setReturn(structOf({ ...args, ...source(args, asked) }));
    return response;
  }

  private resources(): Resources {
    return new Resources(this.world, this.table, this.configured());
  }

  private configured(): Settings {
    if (this.settings === undefined) throw new Error("The stand-in for AWS is not configured");
    return this.settings;
  }
}

/** Another region is another provider: everything that it made is replaced, as by the real one. */
function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const before = plain(request.getOldInputs());
  const inputs = plain(request.getNews());
  const changed = Object.keys({ ...before, ...inputs }).filter(
    (key) => !isDeepStrictEqual(before[key], inputs[key]),
  );
  const response = new proto.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changed);
  response.setReplacesList(changed.filter((key) => key === "region"));
  return response;
}

function pluginInfo(): plugin.PluginInfo {
  const { version } = require("@pulumi/aws/package.json") as { version: string };
  const info = new plugin.PluginInfo();
  info.setVersion(version);
  return info;
}

function schemaOf(): proto.GetSchemaResponse {
  const response = new proto.GetSchemaResponse();
  response.setSchema(JSON.stringify({ name: "aws", version: pluginInfo().getVersion() }));
  return response;
}

function failure(property: string | undefined, reason: string): proto.CheckFailure {
  const found = new proto.CheckFailure();
  found.setProperty(property ?? "");
  found.setReason(reason);
  return found;
}

function subjectOf(urn: string, preview: boolean): Subject {
  return { type: typeOf(urn), name: urn.split("::").slice(3).join("::"), preview };
}

/** Without what is undefined, which the protocol has no word for. */
function structOf(properties: Properties) {
  return toStruct(JSON.parse(JSON.stringify(properties)) as Properties);
}
