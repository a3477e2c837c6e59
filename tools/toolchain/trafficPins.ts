import { argoRolloutsFiles, traefikFiles } from "./pinnedFiles";
import { argoRollouts, built, bundle, byArch, github, listed, traefik } from "./pinRows";
import type { ToolPin } from "./types";

/** What runs in each region beside its control plane: the gateway, and what takes a version out by steps. */
export const trafficPins: readonly ToolPin[] = [
  bundle(
    "traefik-crds",
    {
      repository: "traefik/traefik",
      module: "github.com/traefik/traefik/v3",
      folder: "traefik",
      version: `v${traefik}`,
      root: "docs/content/reference/dynamic-configuration",
    },
    traefikFiles,
  ),
  {
    // Its module lacks the compiled dashboard, so a built one serves the API without it.
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
      built(
        "github.com/traefik/traefik/v3/cmd/traefik",
        220,
        [`github.com/traefik/traefik/v3/pkg/version.Version=${traefik}`],
        { folder: "traefik" },
      ),
    ],
  },
  bundle(
    "argo-rollouts-crds",
    {
      repository: "argoproj/argo-rollouts",
      module: "github.com/argoproj/argo-rollouts",
      folder: "rollouts",
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
          "github.com/argoproj/argo-rollouts/utils/version.version=1.9.0",
          "github.com/argoproj/argo-rollouts/utils/version.gitTag=v1.9.0",
          "github.com/argoproj/argo-rollouts/utils/version.gitTreeState=clean",
          "github.com/argoproj/argo-rollouts/utils/version.gitCommit=v1.9.0",
        ],
        { folder: "rollouts" },
      ),
    ],
  },
];
