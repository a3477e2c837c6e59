import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { stateOf } from "./resourceTypes";

/** One registration, as the engine would have received it. */
export interface Registered {
  /** "type name", which identifies it. */
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** Id of the parent, undefined at the top. */
  readonly parent: string | undefined;
  /** Name of the explicit provider, undefined for the default one. */
  readonly provider: string | undefined;
  /** Id of the resource that this goes with. */
  readonly deletedWith: string | undefined;
  /** Ids, sorted: those that were asked for and those that an input came from. */
  readonly dependsOn: readonly string[];
  /** Inputs with the secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the secret inputs, e.g. "stringData.config". */
  readonly secrets: readonly string[];
  readonly secretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
  /** Whether it outlives its removal from the program. */
  readonly retainOnDelete: boolean;
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
}

/** Where in the program each resource is made goes to the engine, which is not asked here, and costs a stack for each. */
(pulumi.Resource as unknown as { stackTrace: () => readonly never[] }).stackTrace = () => [];

/** Nor does anybody here look for promises that are never kept: the SDK's record of each is half of its work. */
const debuggable = require("@pulumi/pulumi/runtime/debuggable") as Record<string, unknown>;
debuggable["debuggablePromise"] = (promise: Promise<unknown>) => promise;

/**
 * Runs a piece of program against an engine that only writes down what is registered.
 * @throws when a type is registered, or a function called, that `stateOf` does not know.
 */
export async function register(program: () => unknown): Promise<Registered[]> {
  const found: Registered[] = [];
  const refused: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const state = answered(args, refused);
        const id = (state as { id?: string }).id ?? `${args.name}-id`;
        return { id: args.custom === true ? id : undefined, state };
      },
      call: ({ token }) => {
        refused.push(`unknown call ${token}`);
        return {};
      },
    },
    "meridian",
    "test",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    found.push(registeredOf(request));
    return original(request, callback);
  };
  try {
    await program();
    await settled();
  } catch (error) {
    if (refused.length === 0) throw error;
  }
  if (refused.length > 0) throw new Error(refused.join("; "));
  return found.sort((one, other) => compare(one.id, other.id));
}

/** An error here would leave whatever waits for this resource waiting for ever: it is kept for the end. */
function answered(args: pulumi.runtime.MockResourceArgs, refused: string[]): object {
  try {
    const state = stateOf(args);
    if (state !== undefined) return state;
    refused.push(`unknown type ${args.type} (${args.name})`);
  } catch (error) {
    refused.push((error as Error).message);
  }
  return {};
}

/** The SDK has the function, but leaves it out of its types. */
function settled(): Promise<void> {
  return (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}

function registeredOf(request: RegisterResourceRequest): Registered {
  const secrets: string[] = [];
  const inputs = unwrap((request.getObject() as Struct).toJavaScript(), "", secrets);
  const provider = request.getProvider();
  const optional = (urn: string) => (urn === "" ? undefined : idOf(urn));
  return {
    id: `${request.getType()} ${request.getName()}`,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: optional(request.getParent()),
    provider: provider === "" ? undefined : provider.split("::").at(-2),
    deletedWith: optional(request.getDeletedwith()),
    dependsOn: request.getDependenciesList().map(idOf).sort(compare),
    inputs: inputs as Record<string, unknown>,
    secrets: secrets.sort(compare),
    secretOutputs: request.getAdditionalsecretoutputsList(),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
  };
}

/** "urn:pulumi:test::meridian::parent$type::name" is "type name". */
function idOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
}

/** The engine's mark of a special value, and its mark of a secret. */
const special = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

function unwrap(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => unwrap(item, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[special] === secret) {
    secrets.push(path);
    return unwrap(fields["value"], path, secrets);
  }
  assert.equal(fields[special], undefined, `an input that is neither plain nor secret: ${path}`);
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [
      key,
      unwrap(item, path === "" ? key : `${path}.${key}`, secrets),
    ]),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The one registration of this id. */
export function only(all: readonly Registered[], id: string): Registered {
  const found = all.filter((each) => each.id === id);
  assert.equal(
    found.length,
    1,
    `${id}: ${found.length} of ${all.map((each) => each.id).join(", ")}`,
  );
  return found[0] as Registered;
}
