import { execFileSync } from "node:child_process";
import * as os from "node:os";
import { repositoryRoot } from "../infra/providers/local/instance";
import { pins } from "../toolchain/pins";

/** Machine and time of the measurements: without them figures are meaningless. */
export interface MachineFacts {
  readonly date: string;
  /** Commit of the clone; with "+" if files differ from it. */
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryMb: number;
  /** Load average of the last minute, at the start: above a fraction of a core, the machine is busy. */
  readonly loadAtStart: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
}

const shown = [
  "kube-apiserver",
  "etcd",
  "kwokctl",
  "karmada-controller-manager",
  "argocd",
  "pulumi",
];

/** The current machine and versions. */
export function machineFacts(): MachineFacts {
  const tools = pins.filter(({ name }) => shown.includes(name));
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cores: os.availableParallelism(),
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    memoryMb: Math.round(os.totalmem() / 2 ** 20),
    loadAtStart: Number((os.loadavg()[0] ?? 0).toFixed(2)),
    system: `${os.type()} ${os.release()}`,
    versions: {
      node: process.version,
      ...Object.fromEntries(tools.map(({ name, version }) => [name, version])),
    },
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: repositoryRoot, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}
