import { tagOf, versionOf } from "../infra/catalog/versions";
import type {
  ByArch,
  Check,
  DebianSource,
  GoFolder,
  GoSource,
  PinnedFile,
  Source,
  ToolName,
  ToolPin,
} from "./types";

// The kinds of rows that the pin table has more than one of. Data only.

export const kubernetes = tagOf("kubernetes");
export const etcd = tagOf("etcd");
export const kwok = tagOf("kwok");
export const karmada = tagOf("karmada");
export const argoCd = tagOf("argo-cd");
export const argoRollouts = tagOf("argo-rollouts");
export const kustomize = tagOf("kustomize");
export const processCompose = tagOf("process-compose");
export const pulumi = versionOf("pulumi");
export const pulumiKubernetes = versionOf("pulumi-kubernetes");
export const traefik = versionOf("traefik");
export const valkey = versionOf("valkey");
export const powerDns = versionOf("pdns");
export const kafka = versionOf("kafka");

/** A version as its publisher's own programs print it. */
export const bare = (version: string): string => version.replace(/^v/, "");

export const byArch = (template: (arch: string) => string): ByArch => ({
  amd64: template("amd64"),
  arm64: template("arm64"),
});

/** Pulumi and Valkey name the first architecture in ways of their own. */
export const byArchAs = (amd64: string, template: (arch: string) => string): ByArch => ({
  amd64: template(amd64),
  arm64: template("arm64"),
});

export const listed = (url: string): Check => ({
  kind: "published",
  url: byArch(() => url),
  format: "list",
});

export const github = (repository: string, tag: string, file: string): string =>
  `https://github.com/${repository}/releases/download/${tag}/${file}`;

const kubernetesVersion = [
  `k8s.io/component-base/version.gitVersion=${kubernetes}`,
  "k8s.io/component-base/version.gitMajor=1",
  `k8s.io/component-base/version.gitMinor=${kubernetes.split(".")[1]}`,
  "k8s.io/component-base/version.gitTreeState=clean",
  `k8s.io/component-base/version.gitCommit=${kubernetes}`,
];

const karmadaVersion = [
  ...kubernetesVersion,
  `github.com/karmada-io/karmada/pkg/version.gitVersion=${karmada}`,
  "github.com/karmada-io/karmada/pkg/version.gitTreeState=clean",
];

export const built = (
  packagePath: string,
  cost: number,
  set: readonly string[] = [],
  more: Partial<GoSource> = {},
): GoSource => ({ kind: "go", folder: "platform", package: packagePath, set, cost, ...more });

export const debian = (
  packageName: string,
  executable: string,
  more: Pick<DebianSource, "plugins" | "prefix" | "folder"> = {},
): DebianSource => ({ kind: "debian", package: packageName, executable, ...more });

export function kubernetesTool(
  name: ToolName,
  cost: number,
  versionArguments: readonly string[],
): ToolPin {
  const url = byArch((arch) => `https://dl.k8s.io/release/${kubernetes}/bin/linux/${arch}/${name}`);
  const check: Check = {
    kind: "published",
    format: "bare",
    url: { amd64: `${url.amd64}.sha256`, arm64: `${url.arm64}.sha256` },
  };
  return {
    name,
    version: kubernetes,
    verify: { args: versionArguments },
    sources: [
      { kind: "release", url, check },
      built(`k8s.io/kubernetes/cmd/${name}`, cost, kubernetesVersion),
    ],
  };
}

/** Karmada publishes its servers as images only. */
export function karmadaServer(role: string, cost: number): ToolPin {
  const name = `karmada-${role}` as ToolName;
  return {
    name,
    version: karmada,
    verify: { args: ["version"] },
    sources: [
      {
        kind: "image",
        host: "docker.io",
        repository: `karmada/${name}`,
        reference: karmada,
        path: `/bin/${name}`,
      },
      built(`github.com/karmada-io/karmada/cmd/${role}`, cost, karmadaVersion),
    ],
  };
}

/**
 * KWOK publishes no checksums with its release files, so those cannot be trusted; its images can.
 * The program is in the last layer of each.
 */
export const kwokTool = (
  name: "kwok" | "kwokctl",
  image: { repository: string; tag: string },
  cost: number,
): ToolPin => ({
  name,
  version: kwok,
  verify: { args: ["--version"] },
  sources: [
    {
      kind: "image",
      host: "registry.k8s.io",
      repository: image.repository,
      reference: image.tag,
      path: `/usr/local/bin/${name}`,
    },
    built(`sigs.k8s.io/kwok/cmd/${name}`, cost),
  ],
});

export const pulumiTarball = (member: string): Source => ({
  kind: "release",
  url: byArchAs("x64", (arch) =>
    github("pulumi/pulumi", `v${pulumi}`, `pulumi-v${pulumi}-linux-${arch}.tar.gz`),
  ),
  member: byArch(() => `pulumi/${member}`),
  check: listed(github("pulumi/pulumi", `v${pulumi}`, `pulumi-${pulumi}-checksums.txt`)),
});

export function bundle(
  name: ToolName,
  source: { repository: string; version: string; module: string; folder?: GoFolder; root: string },
  files: readonly PinnedFile[],
): ToolPin {
  const { repository, version, root, ...pinned } = source;
  const base = `https://raw.githubusercontent.com/${repository}/${version}/${root}`;
  return {
    name,
    version,
    sources: [
      { kind: "rawFiles", base, files },
      { kind: "moduleFiles", ...pinned, at: version, root, files },
    ],
  };
}
