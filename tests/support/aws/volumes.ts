import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { kubeGet } from "../../../infra/kube/kube";

/** Content of files by path relative to their volume. */
export type Files = ReadonlyMap<string, Buffer>;

/** What of a pod's template is looked at. */
export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly volumes?: readonly Volume[];
  readonly containers: readonly [Container, ...Container[]];
}

export interface Container {
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
  readonly readinessProbe?: { readonly httpGet?: { readonly path?: string } };
}

interface Volume {
  readonly name: string;
  readonly secret?: Source & { readonly secretName: string };
  readonly configMap?: Source & { readonly name: string };
  readonly emptyDir?: object;
}

interface Source {
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

interface Keyed {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/**
 * What a pod's only container finds where, by the paths of its mounts; undefined: a folder of its own, empty at first.
 * @throws when an object is missing that is not optional, as a kubelet would not start the pod; and where a volume is of a kind
 * that nobody has needed yet.
 */
export async function mountsOf(
  kubeconfig: string,
  namespace: string,
  { volumes = [], containers: [container] }: PodSpec,
): Promise<ReadonlyMap<string, Files | undefined>> {
  const mounts = new Map<string, Files | undefined>();
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = volumes.find((one) => one.name === name);
    if (volume === undefined) throw new Error(`the pod has no volume ${name}`);
    if (subPath !== undefined) throw new Error(`${name}: the stand-in mounts whole volumes only`);
    mounts.set(mountPath, await filesOf(kubeconfig, namespace, volume));
  }
  return mounts;
}

async function filesOf(
  kubeconfig: string,
  namespace: string,
  volume: Volume,
): Promise<Files | undefined> {
  const read = (plural: string, name: string, { optional }: Source) =>
    kubeGet<Keyed>(kubeconfig, `/api/v1/namespaces/${namespace}/${plural}/${name}`).catch(
      (error: Error & { code?: number }): Keyed => {
        if (error.code === 404 && optional === true) return {};
        throw error;
      },
    );
  const { secret, configMap, emptyDir, name } = volume;
  if (secret !== undefined) {
    const { data = {} } = await read("secrets", secret.secretName, secret);
    return chosen(decoded(data, "base64"), secret);
  }
  if (configMap !== undefined) {
    const { data = {}, binaryData = {} } = await read("configmaps", configMap.name, configMap);
    const all = new Map([...decoded(data, "utf8"), ...decoded(binaryData, "base64")]);
    return chosen(all, configMap);
  }
  if (emptyDir !== undefined) return undefined;
  throw new Error(`${name}: the stand-in does not know this kind of volume`);
}

function decoded(data: Readonly<Record<string, string>>, encoding: BufferEncoding): Files {
  return new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]));
}

function chosen(files: Files, { items, optional }: Source): Files {
  if (items === undefined) return files;
  return new Map(
    items.flatMap(({ key, path: file }) => {
      const content = files.get(key);
      if (content === undefined && optional !== true) throw new Error(`there is no key ${key}`);
      return content === undefined ? [] : [[file, content] as const];
    }),
  );
}

/** Has a container's mounts below a folder that stands for the root of its file system. */
export function writeMounts(root: string, mounts: ReadonlyMap<string, Files | undefined>): void {
  for (const [mountPath, files] of mounts) {
    const dir = root + mountPath;
    if (files === undefined) fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    else writeVolume(dir, files);
  }
}

/** A path of the container's as it is here, where one of these folders is on the way to it; any other text as it is. */
export function belowRoot(root: string, folders: readonly string[], text: string): string {
  return folders.some((one) => text.startsWith(`${one}/`)) ? root + text : text;
}

/**
 * Puts a volume's files into a folder as a kubelet does: all of them turn at once, by the renaming of one link, and who reads
 * finds old or new. What is as it was is not touched.
 */
export function writeVolume(dir: string, files: Files): void {
  const data = path.join(dir, "..data");
  const version = `..${hashOf(files)}`;
  const before = fs.existsSync(data) ? fs.readlinkSync(data) : undefined;
  if (before === version) return;
  for (const [file, content] of files) {
    const target = path.join(dir, version, file);
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    fs.writeFileSync(target, content, { mode: 0o600 });
  }
  fs.mkdirSync(path.join(dir, version), { recursive: true, mode: 0o700 });
  const turning = path.join(dir, "..data_tmp");
  fs.rmSync(turning, { force: true });
  fs.symlinkSync(version, turning);
  fs.renameSync(turning, data);
  const names = new Set([...files.keys()].map((file) => file.split("/")[0] ?? file));
  const present = new Set(fs.readdirSync(dir).filter((one) => !one.startsWith("..")));
  for (const name of names)
    if (!present.has(name)) fs.symlinkSync(path.join("..data", name), path.join(dir, name));
  for (const name of present) if (!names.has(name)) fs.rmSync(path.join(dir, name));
  if (before !== undefined) fs.rmSync(path.join(dir, before), { recursive: true, force: true });
}

function hashOf(files: Files): string {
  const hash = createHash("sha256");
  for (const [file, content] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${file}\n${content.length}\n`).update(content);
  return hash.digest("hex").slice(0, 16);
}
