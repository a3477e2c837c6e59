import { checkPins } from "./checkPins";
import { argoFiles, karmadaFiles, karmadaWebhookFiles } from "./pinnedFiles";
import {
  argoCd,
  bare,
  built,
  bundle,
  byArch,
  byArchAs,
  debian,
  etcd,
  github,
  karmada,
  karmadaServer,
  kubernetesTool,
  kustomize,
  kwok,
  kwokTool,
  powerDns,
  processCompose,
  pulumiKubernetes,
  valkey as valkeyVersion,
  listed,
  pulumi,
  pulumiTarball,
} from "./pinRows";
import { streamingPins } from "./streamingPins";
import { trafficPins } from "./trafficPins";
import type { ToolPin } from "./types";

/** KWOK names the newest Kubernetes that it was made for in the tag; the program in it is the same. */
const kwokClusterTag = `${kwok}-k8s.v1.36.1`;
const etcdArchive = (arch: string): string => `etcd-${etcd}-linux-${arch}`;
const valkey = (arch: string): string => `valkey-${valkeyVersion}-jammy-${arch}`;
const valkeyUrl = byArchAs(
  "x86_64",
  (arch) => `https://download.valkey.io/releases/${valkey(arch)}.tar.gz`,
);

/**
 * The one table of what is run and where it comes from. Its order is the order of work: what a
 * region needs first comes first, and neighbours share most of their build.
 */
export const pins: readonly ToolPin[] = [
  {
    name: "etcd",
    version: bare(etcd),
    verify: { args: ["--version"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) => github("etcd-io/etcd", etcd, `${etcdArchive(arch)}.tar.gz`)),
        member: byArch((arch) => `${etcdArchive(arch)}/etcd`),
        check: listed(github("etcd-io/etcd", etcd, "SHA256SUMS")),
      },
      built("go.etcd.io/etcd/server/v3", 31),
    ],
  },
  kubernetesTool("kube-apiserver", 205, ["--version"]),
  kubernetesTool("kube-controller-manager", 48, ["--version"]),
  kubernetesTool("kube-scheduler", 4, ["--version"]),
  kubernetesTool("kubectl", 10, ["version", "--client"]),
  kwokTool("kwok", { repository: "kwok/kwok", tag: kwok }, 140),
  kwokTool("kwokctl", { repository: "kwok/cluster", tag: kwokClusterTag }, 25),
  {
    name: "process-compose",
    version: processCompose,
    verify: { args: ["version"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) =>
          github(
            "F1bonacc1/process-compose",
            processCompose,
            `process-compose_linux_${arch}.tar.gz`,
          ),
        ),
        member: byArch(() => "process-compose"),
        check: listed(
          github("F1bonacc1/process-compose", processCompose, "process-compose_checksums.txt"),
        ),
      },
      built("github.com/f1bonacc1/process-compose/src", 13, [
        `github.com/f1bonacc1/process-compose/src/config.Version=${processCompose}`,
      ]),
    ],
  },
  {
    name: "pulumi",
    version: pulumi,
    verify: { args: ["version"] },
    sources: [
      pulumiTarball("pulumi"),
      built("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", 87, [
        `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumi}`,
      ]),
    ],
  },
  bundle(
    "karmada-crds",
    {
      repository: "karmada-io/karmada",
      module: "github.com/karmada-io/karmada",
      version: karmada,
      root: "charts/karmada/_crds/bases",
    },
    karmadaFiles,
  ),
  bundle(
    "karmada-webhooks",
    {
      repository: "karmada-io/karmada",
      module: "github.com/karmada-io/karmada",
      version: karmada,
      root: "artifacts/deploy",
    },
    karmadaWebhookFiles,
  ),
  karmadaServer("aggregated-apiserver", 10),
  karmadaServer("controller-manager", 31),
  karmadaServer("scheduler", 7),
  karmadaServer("webhook", 3),
  {
    name: "pulumi-resource-kubernetes",
    version: pulumiKubernetes,
    verify: { args: ["-h"], expect: "Usage of" },
    sources: [
      {
        kind: "release",
        url: byArch((arch) =>
          github(
            "pulumi/pulumi-kubernetes",
            `v${pulumiKubernetes}`,
            `pulumi-resource-kubernetes-v${pulumiKubernetes}-linux-${arch}.tar.gz`,
          ),
        ),
        member: byArch(() => "pulumi-resource-kubernetes"),
        check: listed(
          github(
            "pulumi/pulumi-kubernetes",
            `v${pulumiKubernetes}`,
            `pulumi-kubernetes_${pulumiKubernetes}_checksums.txt`,
          ),
        ),
      },
      built("./provider-kubernetes", 293, [
        `github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=${pulumiKubernetes}`,
      ]),
    ],
  },
  {
    // Built, it is the last version whose module still holds it: enough for programs, not for policy
    // packs. The manifest of the cache entry and `meridian doctor` say which one is there.
    name: "pulumi-language-nodejs",
    version: pulumi,
    only: "env",
    verify: { args: ["-h"], expect: "Usage of" },
    sources: [
      pulumiTarball("pulumi-language-nodejs"),
      built(
        "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        38,
        ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.68.0"],
        { folder: "language-nodejs", version: "3.68.0" },
      ),
    ],
  },
  bundle(
    "argocd-manifests",
    {
      repository: "argoproj/argo-cd",
      module: "github.com/argoproj/argo-cd/v3",
      version: argoCd,
      root: "manifests/crds",
    },
    argoFiles,
  ),
  {
    name: "argocd",
    version: argoCd,
    verify: { args: ["version", "--client", "--short"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) => github("argoproj/argo-cd", argoCd, `argocd-linux-${arch}`)),
        check: listed(github("argoproj/argo-cd", argoCd, "cli_checksums.txt")),
      },
      built("github.com/argoproj/argo-cd/v3/cmd", 74, [
        `github.com/argoproj/argo-cd/v3/common.version=${bare(argoCd)}`,
      ]),
    ],
  },
  {
    name: "kustomize",
    version: kustomize,
    verify: { args: ["version"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) =>
          github(
            "kubernetes-sigs/kustomize",
            `kustomize%2F${kustomize}`,
            `kustomize_${kustomize}_linux_${arch}.tar.gz`,
          ),
        ),
        member: byArch(() => "kustomize"),
        check: listed(
          github("kubernetes-sigs/kustomize", `kustomize%2F${kustomize}`, "checksums.txt"),
        ),
      },
      built("sigs.k8s.io/kustomize/kustomize/v5", 2, [
        `sigs.k8s.io/kustomize/api/provenance.version=${kustomize}`,
      ]),
    ],
  },
  {
    name: "redis-server",
    version: valkeyVersion,
    verify: { args: ["--version"] },
    sources: [
      {
        kind: "release",
        url: valkeyUrl,
        member: byArchAs("x86_64", (arch) => `${valkey(arch)}/bin/valkey-server`),
        check: {
          kind: "published",
          format: "list",
          url: { amd64: `${valkeyUrl.amd64}.sha256`, arm64: `${valkeyUrl.arm64}.sha256` },
        },
      },
      // Whatever the distribution ships (Debian 12: 7.0): Argo CD asks for nothing newer.
      debian("redis-server", "redis-server"),
    ],
  },
  ...trafficPins,
  // PowerDNS and dnsperf are published as source only; the versions are Debian 12's, and another
  // distribution's are as good.
  {
    name: "pdns-server",
    version: powerDns,
    verify: { args: ["--version"] },
    sources: [
      debian("pdns-server", "pdns_server", {
        plugins: ["pdns-backend-bind"],
        prefix: ["--module-dir=$lib/pdns"],
      }),
    ],
  },
  {
    name: "pdns-control",
    version: powerDns,
    // It does not tell its version.
    verify: { args: ["--help"], expect: "--socket-dir" },
    sources: [debian("pdns-server", "pdns_control")],
  },
  {
    name: "dnsperf",
    version: "2.10.0",
    verify: { args: ["-h"] },
    sources: [debian("dnsperf", "dnsperf")],
    only: "bench",
  },
  ...streamingPins,
  ...checkPins,
];
