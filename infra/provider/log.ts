import * as grpc from "@grpc/grpc-js";
import * as engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import * as engine from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows a message to the user of the engine. A status is shown temporarily, a warning remains. */
export type Say = (severity: "status" | "warning", message: string) => void;

/**
 * Writes to the engine's log. The engine passes its address as the provider's last argument; without one (in tests) nothing is
 * logged. A message that is not delivered is not an error.
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
