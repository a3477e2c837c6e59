/**
 * The walls between rooms: which room may import which (docs/adr/0019-rooms.md). Types count too: what a file names, it
 * depends on.
 */
const rooms = (...names) => `^(${names.join("|")})/`;

/** Files that act: they may use the engine, a cluster, the disk or the network. All other files of `infra` only decide. */
const acting =
  "^infra/(kube|provider|providers/local|resources)/|/(resources|handlers)/|^infra/index\\.ts$";

/** Sections of components in the configuration. */
const sections = "^infra/components/[^/]+/configuration(/|\\.ts$)";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Files that import each other cannot be read, tested or moved apart.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "catalog-imports-nothing",
      comment: "The catalog holds facts of the outside world.",
      severity: "error",
      from: { path: rooms("infra/catalog") },
      to: { pathNot: rooms("infra/catalog") },
    },
    {
      name: "toolchain-stands-alone",
      comment: "The toolchain is there before anything of the platform.",
      severity: "error",
      from: { path: rooms("toolchain") },
      to: {
        path: rooms("infra", "operations", "cli", "services", "bench", "drills", "ci"),
        pathNot: rooms("infra/catalog"),
      },
    },
    {
      name: "config-comes-first",
      comment:
        "Configuration is read before anything is planned: it imports facts, and of components their sections.",
      severity: "error",
      from: { path: rooms("infra/config") },
      to: {
        path: rooms("infra"),
        pathNot: [
          rooms("infra/config", "infra/catalog"),
          "^infra/components/(registry|component)\\.ts$",
          sections,
        ],
      },
    },
    {
      name: "sections-stand-alone",
      comment:
        "A component's section of the configuration says how it is written, not what follows from it.",
      severity: "error",
      from: { path: sections },
      to: { path: rooms("infra"), pathNot: [rooms("infra/config", "infra/catalog"), sections] },
    },
    {
      name: "decisions-are-pure",
      comment:
        "Plans and manifests know no engine, no cluster, no disk and no network: what acts belongs below resources/ or handlers/.",
      severity: "error",
      from: {
        path: rooms("infra"),
        pathNot: [acting, rooms("infra/config"), rooms("infra/catalog")],
      },
      to: {
        path: [
          "@pulumi/",
          rooms("infra/kube", "infra/provider", "infra/providers/local", "infra/resources"),
          "^infra/.*/(resources|handlers)/",
          "^(node:)?(fs|net|http|https|child_process|os|dgram|tls)(/|$)",
        ],
        // Manifests of what runs on this machine only.
        pathNot: "^infra/providers/local/manifests/",
      },
    },
    {
      name: "providers-stand-alone",
      comment: "What a laptop needs knows nothing of AWS, and the other way round.",
      severity: "error",
      from: { path: "^infra/providers/(local|aws)/" },
      to: { path: "^infra/providers/(local|aws)/", pathNot: "^infra/providers/$1/" },
    },
    {
      name: "infra-is-below",
      comment:
        "The program is driven by the rooms above it. Of a service it knows the configuration only.",
      severity: "error",
      from: { path: rooms("infra") },
      to: {
        path: rooms("operations", "cli", "bench", "drills", "ci", "services", "tests"),
        pathNot: "^services/[^/]+/config\\.ts$",
      },
    },
    {
      name: "services-stand-alone",
      comment:
        "A service is shipped by itself: it imports no other service, and only what decides.",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: {
        path: rooms("services", "operations", "cli", "bench", "drills", "ci", "toolchain", "tests"),
        pathNot: "^services/$1/",
      },
    },
    {
      name: "services-read-no-kubeconfigs",
      comment:
        "A service connects by a token: its bundle contains no YAML parser, and it starts no credential commands.",
      severity: "error",
      from: { path: rooms("services") },
      to: { path: "^infra/kube/(kube|kubeconfig|execCredential)\\.ts$" },
    },
    {
      name: "operations-print-nothing",
      comment: "What a person or a program may ask of a platform, without the command line.",
      severity: "error",
      from: { path: rooms("operations") },
      to: { path: rooms("cli", "bench", "drills", "ci", "services", "tests") },
    },
    {
      name: "nothing-imports-the-command-line",
      severity: "error",
      from: { pathNot: rooms("cli", "tests") },
      to: { path: rooms("cli"), pathNot: "^cli/bin/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: rooms("tests") },
      to: { path: rooms("tests") },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
