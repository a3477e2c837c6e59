import * as path from "node:path";
import { etcdSocket } from "./manifests/etcdFlags";
import { controlSocketOf } from "../../components/dns/handlers/powerdnsServer";
import type { Instance } from "./instance";
import { serviceDir } from "./instance";

/**
 * Sockets of the platform's processes are in the instance's folder, which only its owner can enter. A socket's path may not
 * exceed 107 bytes, at any path of the clone, so processes use paths relative to their working directory: the supervisor starts
 * each process in the instance's folder.
 */
function fromWorkingDirectory(instance: Instance, file: string): string {
  return path.relative(instance.dir, file);
}

/** URL of a cluster's etcd, for a process that the supervisor starts. */
export function etcdUrl(instance: Instance, cluster: string): string {
  const file = path.join(instance.clustersDir, "clusters", cluster, etcdSocket);
  return `unix://${fromWorkingDirectory(instance, file)}`;
}

/** Name of Redis' socket in its service's folder. */
export const redisSocket = "redis.sock";

/** Redis' address, for a process that the supervisor starts. Argo CD's client accepts a socket only by an absolute path. */
export function redisAddress(instance: Instance): string {
  const file = path.join(serviceDir(instance, "redis"), redisSocket);
  return `/proc/self/cwd/${fromWorkingDirectory(instance, file)}`;
}

/**
 * Socket on which git requests passwords from Argo CD's repo server. It is outside the instance's folder: git runs in another
 * working directory, so the path is absolute. Argo CD's default is one path for the whole machine, which another instance would
 * take over.
 */
export function askPassSocket(instance: Instance): string {
  return instance.socket.replace(/\.sock$/, "-ask-pass.sock");
}

/** Files of an instance outside its folder. */
export function socketsOutside(instance: Instance): string[] {
  return [instance.socket, controlSocketOf(instance), askPassSocket(instance)];
}
