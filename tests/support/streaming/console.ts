import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { userSecretData } from "../../../infra/components/streaming/manifests/certificates";
import { clientData, clientFolder } from "../../../infra/components/streaming/manifests/client";
import { localBootstrap } from "../../../infra/components/streaming/manifests/localProcesses";
import type { StreamingPlan } from "../../../infra/components/streaming/plan";
import { toolPath } from "../../../toolchain";
import type { KafkaRegions } from "./kafka";

/** What an app mounts in one region: the values of its ConfigMap, and a folder with its files and those of its Secret. */
export interface MountedClient {
  readonly data: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** Writes the files of an app's ConfigMap and Secret. The paths in the property files are those of this folder instead of the pod's. */
export function mountClient(
  app: string,
  region: string,
  plan: StreamingPlan,
  kafka: KafkaRegions,
  folder: string,
): MountedClient {
  const client = plan.clients.find((one) => one.region === region);
  if (client === undefined) throw new RangeError(`${region} has no Kafka`);
  const data = clientData(app, client, localBootstrap(plan, kafka.machine));
  const { authority, certificate, key } = kafka.access(app, region);
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({
    ...data,
    ...userSecretData(authority, { certificate, key }),
  }))
    fs.writeFileSync(path.join(folder, name), text.replaceAll(clientFolder, folder));
  return { data, folder };
}

/** Runs one of Kafka's own commands. @param input its standard input. @returns its standard output. */
export async function kafkaCommand(
  main: string,
  args: readonly string[],
  input = "",
): Promise<string> {
  const java = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"];
  const library = path.join(toolPath("kafka"), "*");
  const running = promisify(execFile)(
    toolPath("java"),
    [...java, "-cp", library, `org.apache.kafka.tools.${main}`, ...args],
    { timeout: 60_000 },
  );
  running.child.stdin?.end(input);
  return (await running).stdout;
}
