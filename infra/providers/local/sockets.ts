import * as path from "node:path";
import { etcdSocket } from "./manifests/etcdFlags";
import { controlSocketOf } from "../../components/dns/handlers/powerdnsServer";
import type { Instance } from "./instance";
import { serviceDir } from "./handlers/service";

/**
 * Sockets of the platform's processes lie in the instance's folder, which only its owner can enter. A socket's path may not exceed
 * 107 bytes, whatever the clone's path is, so processes name them from their working directory: the supervisor starts each in the
 * instance's folder.
 */
function fromWorkingDirectory(instance: Instance, file: string): string {
  return path.relative(instance.dir, file);
}

/** URL of a cluster's etcd, for a process that the supervisor starts. */
export function etcdUrl(instance: Instance, cluster: string): string {
  const file = path.join(instance.clustersDir, "clusters", cluster, etcdSocket);
  return `unix://${fromWorkingDirectory(instance, file)}`;
}

/** Name of Redis' socket in the folder of its service. */
export const redisSocket = "redis.sock";

/** Redis' address, for a process that the supervisor starts. Argo CD's client takes a socket by an absolute path only. */
export function redisAddress(instance: Instance): string {
  const file = path.join(serviceDir(instance, "redis"), redisSocket);
  return `/proc/self/cwd/${fromWorkingDirectory(instance, file)}`;
}

/**
 * Where git asks Argo CD's repo server for passwords. Outside the instance's folder: git runs in another working directory, so its
 * path is absolute. Argo CD's default is one path for the whole machine, which the next instance would take away.
 */
export function askPassSocket(instance: Instance): string {
  return instance.socket.replace(/\.sock$/, "-ask-pass.sock");
}

/** All that an instance has outside its folder. */
export function socketsOutside(instance: Instance): string[] {
  return [instance.socket, controlSocketOf(instance), askPassSocket(instance)];
}
