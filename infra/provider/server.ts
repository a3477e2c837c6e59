import { isDeepStrictEqual } from "node:util";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { AnyHandler, Properties } from "./handler";
import { answer, listen, plain, toStruct, typeOf } from "./protocol";
import { withJournal, journalDeletion, isDirty } from "./journal";
import { handlers } from "./registry";

/**
 * Serves the resource provider protocol. It is implemented directly and not through the SDK's wrapper, because the wrapper cannot
 * report to the engine which outputs an update preserves: every preview of a changed cluster would show all resources that depend
 * on it as unknown.
 */
export function serve(): void {
  listen(implementation());
}

function implementation() {
  return {
    getPluginInfo: answer(() => Promise.resolve(pluginInfo())),
    getSchema: answer(() => Promise.resolve(schemaOf())),
    checkConfig: answer((request: proto.CheckRequest) => Promise.resolve(accept(request))),
    diffConfig: answer(() => Promise.resolve(new proto.DiffResponse())),
    configure: answer(() => Promise.resolve(configured())),
    check: answer((request: proto.CheckRequest) => Promise.resolve(accept(request))),
    diff: answer(diff),
    create: answer(create),
    read: answer(read),
    update: answer(update),
    delete: answer(remove),
    cancel: answer(() => Promise.resolve(new Empty())),
  };
}

function pluginInfo(): plugin.PluginInfo {
  const info = new plugin.PluginInfo();
  info.setVersion("0.1.0");
  return info;
}

function schemaOf(): proto.GetSchemaResponse {
  const response = new proto.GetSchemaResponse();
  response.setSchema(JSON.stringify({ name: "meridian", version: "0.1.0" }));
  return response;
}

function configured(): proto.ConfigureResponse {
  const response = new proto.ConfigureResponse();
  response.setSupportspreview(true);
  return response;
}

function accept(request: proto.CheckRequest): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(request.getNews());
  return response;
}

async function diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
  const handler = handlerOf(request.getUrn());
  const old = known(request.getOldInputs(), request.getOlds());
  const inputs = plain(request.getNews());
  const unfinished = isDirty(request.getUrn(), plain(request.getOldInputs()));
  // An unfinished resource needs its update first: waiting for it here would be in vain.
  if (!unfinished) await handler.ensureRunning?.(request.getId(), old);
  const changed = Object.keys({ ...plain(request.getOldInputs()), ...inputs })
    .filter((key) => key in inputs || handler.sticky?.includes(key) !== true)
    .filter((key) => !isDeepStrictEqual(old[key], inputs[key]));
  if (changed.length > 0) handler.validate?.(inputs, old);
  const replaces = changed.filter((key) => handler.replaceOn.includes(key));
  const response = new proto.DiffResponse();
  response.setChanges(
    changed.length > 0 || unfinished
      ? proto.DiffResponse.DiffChanges.DIFF_SOME
      : proto.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(replaces);
  // Computed properties are stable, unless an input of `recomputeOn` changes.
  const moved = changed.some((key) => handler.recomputeOn?.includes(key) ?? false);
  const stable = Object.keys(old).filter((key) => !changed.includes(key));
  response.setStablesList(stable.filter((key) => !moved || key in inputs));
  response.setDeletebeforereplace(replaces.length > 0);
  return response;
}

async function create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const inputs = plain(request.getProperties());
  const response = new proto.CreateResponse();
  handlerOf(request.getUrn()).validate?.(inputs, undefined);
  if (request.getPreview()) {
    response.setProperties(toStruct(inputs));
    return response;
  }
  const urn = request.getUrn();
  const { id, outputs } = await withJournal(urn, inputs, () => handlerOf(urn).create(inputs));
  response.setId(id);
  response.setProperties(toStruct({ ...keptOf(urn, inputs), ...outputs }));
  return response;
}

function read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const response = new proto.ReadResponse();
  response.setId(request.getId());
  response.setProperties(request.getProperties());
  response.setInputs(request.getInputs());
  return Promise.resolve(response);
}

async function update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const old = known(request.getOldInputs(), request.getOlds());
  const inputs = plain(request.getNews());
  const before = plain(request.getOldInputs());
  const computed = Object.fromEntries(Object.entries(old).filter(([key]) => !(key in before)));
  const urn = request.getUrn();
  const outputs = request.getPreview()
    ? computed
    : await withJournal(urn, inputs, () => handlerOf(urn).update(request.getId(), old, inputs));
  const response = new proto.UpdateResponse();
  response.setProperties(toStruct({ ...keptOf(urn, inputs), ...outputs }));
  return response;
}

async function remove(request: proto.DeleteRequest): Promise<Empty> {
  const urn = request.getUrn();
  const old = known(request.getOldInputs(), request.getProperties());
  await journalDeletion(urn, () => handlerOf(urn).delete(request.getId(), old));
  return new Empty();
}

/**
 * All known properties of a resource. Its outputs contain only computed properties and do not repeat the inputs: the engine
 * writes the state twice for each resource, and it would contain the inputs twice.
 */
function known(inputs: Struct | undefined, outputs: Struct | undefined): Properties {
  return { ...plain(outputs), ...plain(inputs) };
}

/** Inputs that have to be stored, because a later run may omit them. */
function keptOf(urn: string, inputs: Properties): Properties {
  const kept: readonly string[] = handlerOf(urn).sticky ?? [];
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => kept.includes(key)));
}

function handlerOf(urn: string): AnyHandler {
  const type = typeOf(urn);
  const handler = handlers[type];
  if (handler === undefined) throw new Error(`The meridian provider has no resource type ${type}`);
  return handler;
}
