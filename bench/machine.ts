import { execFileSync } from "node:child_process";
import * as os from "node:os";
import { repositoryRoot } from "../infra/providers/local/instance";
import { pins } from "../toolchain/pins";

/** Where and when figures were taken: without it they say nothing. */
export interface MachineFacts {
  readonly date: string;
  /** Commit of the clone; with "+" when files differ from it. */
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryMb: number;
  /** Processes that wanted a core in the last minute, at the start: above a fraction, the machine is busy. */
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

/** The machine and the versions, as they are now. */
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
