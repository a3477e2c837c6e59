import * as fs from "node:fs";
import * as path from "node:path";
import { issueServing } from "../../infra/providers/local/certificates";
import type { GateConfig } from "../../services/rollout-gate/config";
import { testRegion } from "./flags";
import { writePki } from "./pki";

/** Key of the gates of tests. */
export const gateKey = Buffer.alloc(32, 3);

/** Writes all that a gate reads into a folder but its flags, which are `flags.json` there. Its port is any free one. */
export async function writeGate(dir: string): Promise<GateConfig> {
  const inFolder = (name: string) => path.join(dir, name);
  await writePki(dir);
  const pair = await issueServing(dir, "gate", ["127.0.0.1"]);
  fs.writeFileSync(inFolder("gate.crt"), pair.certificate);
  fs.writeFileSync(inFolder("gate.key"), pair.key);
  fs.writeFileSync(inFolder("key"), gateKey);
  const nowhere = { server: "https://127.0.0.1:1", ca: "", token: "" };
  return {
    region: testRegion,
    flags: { kind: "file", file: inFolder("flags.json") },
    listen: { address: "127.0.0.1", port: 0 },
    tls: { certFile: inFolder("gate.crt"), keyFile: inFolder("gate.key") },
    keyFile: inFolder("key"),
    memory: { file: inFolder("memory.json") },
    api: nowhere,
    federation: nowhere,
  };
}
