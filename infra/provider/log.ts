import * as grpc from "@grpc/grpc-js";
import * as engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import * as engine from "@pulumi/pulumi/proto/engine_pb.js";

/** Says something to the person who runs the engine. Status is shown while it lasts, a warning stays. */
export type Say = (severity: "status" | "warning", message: string) => void;

/**
 * The engine's own log. It gives its address as the provider's last argument; without one (in tests)
 * nothing is said. A message that does not arrive is no reason to fail.
 */
export const sayToEngine: Say = (severity, message) => {
  const address = process.argv.at(-1) ?? "";
  if (!/^[\w.]+:\d+$/.test(address)) return;
  const request = new engine.LogRequest();
  request.setSeverity(
    severity === "warning" ? engine.LogSeverity.WARNING : engine.LogSeverity.INFO,
  );
  request.setMessage(message);
  request.setEphemeral(severity === "status");
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, () => client.close());
};
