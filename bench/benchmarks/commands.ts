import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { environment, meridian } from "../platform";
import { type Benchmark, type Figure, repeat, secondsOf } from "../types";

/** Each command with its target in seconds. */
const commands = [
  { name: "status", args: ["status", environment, "--json"], most: 0.7 },
  { name: "dig", args: ["dig", "storefront"], most: 0.7 },
  { name: "curl", args: ["curl", "storefront"], most: 0.7 },
  { name: "preview", args: ["preview", environment], most: 6 },
] as const;

/** The commands that a person waits for, from the command line to their end. The peer is Node itself. */
export const commandTimes: Benchmark = {
  name: "commands",
  what: "`./meridian --help`, `status`, `dig`, `curl` and `preview` without a change, from the command line to their end",

  async measure(lab) {
    const node = await repeat(lab, () => secondsOf(() => runs(process.execPath, ["-e", "0"])));
    const peer = { name: "node -e 0", values: node };
    const launcher = path.join(repositoryRoot, "meridian");
    const help = await repeat(lab, () => secondsOf(() => runs(launcher, ["--help"])));
    const figures: Figure[] = [
      { name: "help", unit: "s", values: help, peer, aim: { of: "value", most: 0.25 } },
    ];
    const { home } = await lab.platform();
    for (const { name, args, most } of commands) {
      lab.say(name);
      const values = await repeat(lab, () => secondsOf(() => meridian(home, args, lab.signal)));
      figures.push({ name, unit: "s", values, aim: { of: "value", most } });
    }
    return figures;
  },
};

function runs(command: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) return Promise.reject(new Error(`${command} ended with ${status}: ${stderr}`));
  return Promise.resolve();
}
