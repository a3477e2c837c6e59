import { type Instance, serviceDataDir, serviceDir } from "../../../providers/local/instance";
import type { Ports } from "../../../providers/local/ports";
import { toolPath } from "../../../../toolchain";
import type { KafkaMachine } from "../manifests/localProcesses";

/**
 * The machine of an environment, as Kafka's processes run on it.
 * @throws ToolchainError if Java or Kafka is not in the tool cache.
 */
export function kafkaMachine(instance: Instance, ports: Ports): KafkaMachine {
  return {
    environment: instance.environment,
    tools: { java: toolPath("java"), kafka: toolPath("kafka") },
    folder: (name) => serviceDir(instance, name),
    data: (name) => serviceDataDir(instance, name),
    port: (name) => ports[name] ?? 0,
  };
}
