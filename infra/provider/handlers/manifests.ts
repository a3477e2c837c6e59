import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { applyObjects } from "../../kube/kube";
import type { Manifest } from "../../manifests/types";
import type { Handler } from "../handler";

/**
 * A bundle of third-party manifests, such as a control plane's CustomResourceDefinitions. It is one resource: one engine resource
 * per object would add megabytes of schema to the state.
 */
export interface ManifestsInputs {
  /** Kubeconfig of the cluster. Secret. */
  readonly kubeconfig: string;
  /** Folder of the tool cache whose YAML files are applied, with all its subfolders. */
  readonly folder: string;
  /** Paths, within the folder, of the files that are applied. Default: all. */
  readonly only?: readonly string[];
  /** Namespace that is created first, if the bundle needs one. */
  readonly namespace?: string;
  /** Texts to replace in the files before they are parsed: placeholders of the publisher. */
  readonly replace?: Readonly<Record<string, string>>;
}

export interface ManifestsOutputs {
  /** Number of objects that were applied. */
  readonly count: number;
}

/** Applies the bundle. A newer bundle is applied over the older one. The objects are deleted with their cluster. */
export const manifests: Handler<ManifestsInputs, ManifestsOutputs> = {
  replaceOn: [],
  async create(inputs) {
    return { id: inputs.folder, outputs: await apply(inputs) };
  },
  update: (_id, _old, inputs) => apply(inputs),
  delete: () => Promise.resolve(),
};

async function apply(inputs: ManifestsInputs): Promise<ManifestsOutputs> {
  const objects = readManifests(inputs.folder, inputs.replace, inputs.only);
  if (inputs.namespace !== undefined) {
    objects.unshift({ apiVersion: "v1", kind: "Namespace", metadata: { name: inputs.namespace } });
  }
  // Applied 8 at a time: the objects do not depend on each other, and each request waits for the API server.
  const width = 8;
  for (let start = 0; start < objects.length; start += width) {
    const part = objects.slice(start, start + width);
    await Promise.all(part.map((object) => applyObjects(inputs.kubeconfig, [object])));
  }
  return { count: objects.length };
}

/**
 * The objects of every YAML file below a folder, in the order of their paths.
 * @param only Files that are read. Default: all.
 */
export function readManifests(
  folder: string,
  replace: Readonly<Record<string, string>> = {},
  only?: readonly string[],
): Manifest[] {
  const fill = (text: string) =>
    Object.entries(replace).reduce((filled, [from, to]) => filled.replaceAll(from, to), text);
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file) && (only?.includes(file) ?? true))
    .sort()
    .flatMap((file) => objectsOf(fill(fs.readFileSync(path.join(folder, file), "utf8"))));
}

/** Every region has the same bundles, so each file is parsed once. Parsing them for each region took six seconds of a start. */
const parsed = new Map<string, readonly Manifest[]>();

function objectsOf(text: string): readonly Manifest[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const objects = parseAllDocuments(text)
    .map((document) => document.toJSON() as Manifest | null)
    .filter((object): object is Manifest => object?.kind !== undefined);
  parsed.set(text, objects);
  return objects;
}
