import * as fs from "node:fs";
import * as path from "node:path";
import type { NamedSocket } from "../../plan/sockets";
import type { Instance } from "./instance";
import { kernelSockets, type KernelSocket } from "./kernelSockets";
import { readPorts } from "./ports";
import { processesOf, type RunningProcess } from "./processes";

/** A socket that a process of the instance listens on. */
export type ListeningSocket = KernelSocket & NamedSocket & { readonly pid: number };

/**
 * Every socket that the instance's processes listen on, by the names of the table in `infra/plan/sockets.ts`. A socket whose port
 * has no name there is named by its port number.
 */
export function listeningSockets(instance: Instance): ListeningSocket[] {
  const sockets = kernelSockets();
  const names = new Map(Object.entries(readPorts(instance)).map(([name, port]) => [port, name]));
  return processesOf(instance).flatMap((process) =>
    inodesOf(process.pid).flatMap((inode) => {
      const socket = sockets.get(inode);
      if (socket === undefined) return [];
      const name =
        socket.transport === "unix"
          ? path.basename(socket.path)
          : (names.get(socket.port) ?? `${socket.port}`);
      return [
        {
          ...inWorkingDirectory(socket, process),
          name,
          program: programOf(process),
          pid: process.pid,
        },
      ];
    }),
  );
}

/** Resolves a relative socket path from the working directory of its process. */
function inWorkingDirectory(socket: KernelSocket, { pid }: RunningProcess): KernelSocket {
  if (socket.transport !== "unix" || socket.path.startsWith("@")) return socket;
  return { ...socket, path: path.resolve(fs.readlinkSync(`/proc/${pid}/cwd`), socket.path) };
}

/** Inodes of a process's sockets; empty if it has ended. */
function inodesOf(pid: number): string[] {
  const found = new Set<string>();
  try {
    for (const fd of fs.readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) found.add(inode);
    }
  } catch {
    // The process has ended.
  }
  return [...found];
}

function linkOf(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return "";
  }
}

/** Program of a process: a role of Argo CD, a service of the platform, or an executable. */
function programOf({ pid, command }: RunningProcess): string {
  const service = /\/files\/[^/]+\/([^/]+)\.js /.exec(command)?.[1];
  if (service !== undefined) return service;
  const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  const role = environment.find((one) => one.startsWith("ARGOCD_BINARY_NAME="));
  return role?.slice(role.indexOf("=") + 1) ?? path.basename(command.split(" ")[0] ?? "");
}
