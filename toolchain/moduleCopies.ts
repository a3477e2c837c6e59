import type { GoFolder, ToolName } from "./types";

/** One change of a file: every match of `pattern` (a regular expression) is replaced. */
export interface ModuleEdit {
  readonly file: string;
  readonly pattern: string;
  readonly replacement: string;
  /** How often the pattern has to match: another release may not have what the edit is about. */
  readonly matches: number;
}

/**
 * A module that is built from a copy of it, beside the go.mod that replaces it by that folder: Go's own `-overlay`
 * is refused for files below the module cache. Its lines in go.sum are written by hand, as `go mod tidy` knows nothing
 * of a module that a folder replaces.
 */
export interface ModuleCopy {
  readonly module: string;
  readonly version: string;
  readonly into: string;
  /** Files and folders to copy. Default: all. */
  readonly only?: readonly string[];
  readonly edits?: readonly ModuleEdit[];
  /** Files of the module that a package of the project's own embeds: from, to. */
  readonly embeds?: readonly (readonly [string, string])[];
}

const karmadaOpenApi = "pkg/generated/openapi/zz_generated.openapi.go";
const dropped = String.raw`corev1\.WorkloadReference\{\}\.OpenAPIModelName\(\)`;

const platform: readonly ModuleCopy[] = [
  {
    module: "github.com/argoproj/argo-cd/v3",
    version: "v3.5.7",
    into: "argo-cd",
    // The application controller's metrics and health have no setting for their address.
    edits: [
      {
        file: "controller/appcontroller.go",
        pattern: String.raw`fmt\.Sprintf\("0\.0\.0\.0:%d", metricsPort\)`,
        replacement: 'fmt.Sprintf("127.0.0.1:%d", metricsPort)',
        matches: 1,
      },
    ],
  },
  {
    module: "github.com/karmada-io/karmada",
    version: "v1.18.1",
    into: "karmada",
    // Karmada describes a type of Kubernetes 1.35 that 1.36 no longer has; nothing that Karmada serves uses it.
    edits: [
      {
        file: karmadaOpenApi,
        pattern: String.raw`\n\t\t${dropped}:[^\n]*`,
        replacement: "",
        matches: 1,
      },
      { file: karmadaOpenApi, pattern: ` ${dropped},`, replacement: "", matches: 1 },
      {
        file: karmadaOpenApi,
        pattern: String.raw`ref\(${dropped}\)`,
        replacement: 'ref("k8s.io.api.core.v1.WorkloadReference")',
        matches: 1,
      },
      {
        file: karmadaOpenApi,
        pattern: String.raw`\nfunc schema_k8sio_api_core_v1_WorkloadReference\([\s\S]*?\n\}\n`,
        replacement: "",
        matches: 1,
      },
    ],
  },
  {
    module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    version: "v4.0.0-20260115033456-f47bc2d6f199",
    into: "provider",
    // The version of the library that client-go 0.36 takes its types from.
    edits: [
      {
        file: "pkg/await/await.go",
        pattern: "structured-merge-diff/v4",
        replacement: "structured-merge-diff/v6",
        matches: 1,
      },
    ],
    embeds: ["schema.json", "terraform-mapping.json"].map(
      (file) => [`cmd/pulumi-resource-kubernetes/${file}`, `provider-kubernetes/${file}`] as const,
    ),
  },
  {
    // What the provider uses of its generated SDK; `RegisterResource` is in go/platform/kubernetes-sdk.
    module: "github.com/pulumi/pulumi-kubernetes/sdk/v4",
    version: "v4.24.0",
    into: "kubernetes-sdk",
    only: ["customPulumiTypes.go", "utilities", "helm/v4/pulumiTypes.go"].map(
      (file) => `go/kubernetes/${file}`,
    ),
  },
];

/** The modules that each folder's go.mod replaces by a folder. */
export const moduleCopies: Readonly<Partial<Record<GoFolder, readonly ModuleCopy[]>>> = {
  platform,
};

/** An edit of a package that few tools contain: a change of it rebuilds only those. */
export interface ToolEdit extends ModuleEdit {
  readonly folder: GoFolder;
  /** The copy of the module, as `ModuleCopy.into` has it. */
  readonly into: string;
  /** Every tool that contains the package. */
  readonly tools: readonly ToolName[];
}

/** Made after the copies. */
export const toolEdits: readonly ToolEdit[] = [
  {
    // Karmada stops an interpreter script after one second by the clock. When twenty apps change at once on two cores, a thread
    // waits longer for a core: the Work then counts as not applied, and may stay so (ADR 18). The limit exists for
    // scripts that never end; the platform has none.
    folder: "platform",
    into: "karmada",
    tools: ["karmada-controller-manager", "karmada-webhook"],
    file: "pkg/resourceinterpreter/customized/declarative/luavm/lua.go",
    pattern: String.raw`context\.WithTimeout\(context\.Background\(\), time\.Second\)`,
    replacement: "context.WithTimeout(context.Background(), 30*time.Second)",
    matches: 1,
  },
];
