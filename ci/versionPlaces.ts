import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { minor } from "../infra/catalog/versions";
import { readDockerfiles } from "./images";
import type { Place } from "./versions";

/** Go modules of the toolchain, and the part that each belongs to. */
export const goModules: Readonly<Record<string, string>> = {
  "github.com/argoproj/argo-cd/v3": "argo-cd",
  "github.com/argoproj/argo-rollouts": "argo-rollouts",
  "github.com/f1bonacc1/process-compose": "process-compose",
  "github.com/karmada-io/karmada": "karmada",
  "github.com/pulumi/pulumi/pkg/v3": "pulumi",
  "github.com/traefik/traefik/v3": "traefik",
  "go.etcd.io/etcd/server/v3": "etcd",
  "k8s.io/kubernetes": "kubernetes",
  "sigs.k8s.io/kustomize/kustomize/v5": "kustomize",
  "sigs.k8s.io/kwok": "kwok",
};

/** npm packages whose version is that of a part. */
export const npmPackages: Readonly<Record<string, string>> = {
  "@pulumi/kubernetes": "pulumi-kubernetes",
  "@pulumi/pulumi": "pulumi",
};

/** Names of the parts in prose. */
const names: Readonly<Record<string, string>> = {
  "Argo CD": "argo-cd",
  "Argo Rollouts": "argo-rollouts",
  etcd: "etcd",
  Karmada: "karmada",
  Kubernetes: "kubernetes",
  kustomize: "kustomize",
  KWOK: "kwok",
  "process-compose": "process-compose",
  Pulumi: "pulumi",
  Traefik: "traefik",
};

/** Every place in a repository that names the version of a part. */
export function readPlaces(repository: string): Place[] {
  return [
    ...modulePlaces(repository),
    ...packagePlaces(repository),
    ...readDockerfiles(repository).flatMap(({ path, text }) => nodeImages(path, text)),
    ...pipelinePlaces(repository),
    ...documents(repository).flatMap((file) => proseNames(file, read(repository, file))),
  ];
}

function read(repository: string, file: string): string {
  return readFileSync(join(repository, file), "utf8");
}

/** Direct requirements of a go.mod. Indirect ones follow from them. */
export function requirements(file: string, text: string): Place[] {
  const lines = text.split("\n").filter((line) => !line.includes("// indirect"));
  return lines.flatMap((line) => {
    const [, module = "", version = ""] = /^(?:\t|require )(\S+) (v\S+)\s*$/.exec(line) ?? [];
    const part = goModules[module];
    if (part === undefined) return [];
    // Only Traefik's kinds come from the module, and the module proxy receives new versions later than PyPI receives the
    // program.
    return [{ file, part, version: part === "traefik" ? minor(version) : version }];
  });
}

function modulePlaces(repository: string): Place[] {
  const root = "toolchain/go";
  return readdirSync(join(repository, root))
    .map((folder) => `${root}/${folder}/go.mod`)
    .filter((file) => existsSync(join(repository, file)))
    .flatMap((file) => requirements(file, read(repository, file)));
}

function packagePlaces(repository: string): Place[] {
  const file = "package.json";
  const { dependencies = {} } = JSON.parse(read(repository, file)) as {
    dependencies?: Record<string, string>;
  };
  return Object.entries(npmPackages).flatMap(([name, part]) => {
    const version = dependencies[name];
    return version === undefined ? [] : [{ file, part, version }];
  });
}

/** Tags of Node's image, e.g. "22.20.0" of "node:22.20.0-bookworm-slim" and "22.20" of "cimg/node:22.20". */
export function nodeImages(file: string, text: string): Place[] {
  return [...text.matchAll(/\bnode:(\d+(?:\.\d+)*)/g)].map(([, version = ""]) => ({
    file,
    part: "node",
    version,
  }));
}

function pipelinePlaces(repository: string): Place[] {
  const action = ".github/actions/setup/action.yml";
  const { runs } = parse(read(repository, action)) as {
    runs: { steps: { with?: Record<string, string> }[] };
  };
  const versions = runs.steps.flatMap((step) => step.with?.["node-version"] ?? []);
  const circle = ".circleci/config.yml";
  return [
    ...versions.map((version) => ({ file: action, part: "node", version })),
    ...nodeImages(circle, read(repository, circle)),
  ];
}

/** Documents that describe the present. Decisions and reports describe the day on which they were written. */
function documents(repository: string): string[] {
  const guides = "docs/guides";
  return ["README.md", ...readdirSync(join(repository, guides)).map((name) => `${guides}/${name}`)];
}

/** "Argo CD 3.5", "etcd v3.6.8", and the rows of `meridian status`, e.g. "v1.36.3  6 nodes". */
export function proseNames(file: string, text: string): Place[] {
  const known = Object.keys(names).join("|");
  const named = [...text.matchAll(new RegExp(`\\b(${known}) (v?\\d+\\.\\d+(?:\\.\\d+)?)\\b`, "g"))];
  const rows = [...text.matchAll(/\b(v1\.\d+\.\d+) +\d+ nodes\b/g)];
  return [
    ...named.map(([, name = "", version = ""]) => ({ file, part: names[name] ?? "", version })),
    ...rows.map(([, version = ""]) => ({ file, part: "kubernetes", version })),
  ];
}
