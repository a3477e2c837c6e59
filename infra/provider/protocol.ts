import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Properties } from "./handler";

/** The parts of the resource provider protocol that any provider of this project needs, whatever its resources are. */

type Call<Q> = grpc.ServerUnaryCall<Q, unknown>;
type Reply<R> = (error: Error | null, response?: R) => void;

/** One method of the protocol. */
export type Method<Q, R> = (call: Call<Q>, reply: Reply<R>) => void;

/** A method from a function that returns the response, or throws the error that the engine shows. */
export function answer<Q, R>(action: (request: Q) => Promise<R> | R): Method<Q, R> {
  return (call, reply) => {
    void (async () => {
      try {
        reply(null, await action(call.request));
      } catch (error) {
        reply(asGrpcError(error));
      }
    })();
  };
}

/** Serves methods on a free port of loopback and prints it: the engine reads it from the first line. */
export function listen(implementation: grpc.UntypedServiceImplementation): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(service.ResourceProviderService, implementation);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** The resource type within a URN: "urn:pulumi:test::meridian::parent$type::name". */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Properties as plain values; empty if there are none. */
export function plain(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** Plain values as properties: the inverse of `plain`. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as never);
}

function asGrpcError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message });
}
