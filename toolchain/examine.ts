import { validate } from "./cache";
import { cacheRoot, entryPath, isPresent } from "./cachePaths";
import { checkGo } from "./go";
import { pins as allPins } from "./pins";
import { freeBytes, goFoldersOf, show } from "./preconditions";
import type { DoctorDiagnostic, ToolGroup, ToolPin } from "./types";

export interface ExamineOptions {
  readonly cacheDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly pins?: readonly ToolPin[];
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Diagnostics of the toolchain for `meridian doctor`: the requirements of a build, then each tool with its hashes. */
export async function examine(options: ExamineOptions = {}): Promise<DoctorDiagnostic[]> {
  const cacheDir = options.cacheDir ?? cacheRoot(options.env);
  const pins = options.pins ?? allPins;
  const tools: DoctorDiagnostic[] = [];
  for (const pin of pins) tools.push(await examineTool(pin, cacheDir));
  const complete = tools.every((finding) => finding.ok);
  return [
    await examineGo(
      complete,
      pins.filter((pin) => pin.only === undefined),
      options.env ?? process.env,
    ),
    await examineDisk(complete, cacheDir, options.freeBytes ?? freeBytes),
    ...tools,
  ];
}

async function examineTool(pin: ToolPin, cacheDir: string): Promise<DoctorDiagnostic> {
  const { name, only } = pin;
  const entry = entryPath(cacheDir, pin);
  const found = await validate(entry, true);
  const expected = `version ${pin.version} in the tool cache, with the hashes of its installation`;
  if (found.ok && isPresent(entry, pin)) {
    const { version, source } = found.manifest;
    const detail = `${version}, ${sourceNames[source] ?? `from ${source}`}, hashes verified`;
    return { name, ok: true, detail, expected, remedy: "" };
  }
  const reason = found.ok ? "the installed program was removed" : found.reason;
  if (only !== undefined) {
    const detail = `${reason}; installed when ${users[only]} needs it`;
    return { name, ok: true, detail, expected, remedy: "" };
  }
  const remedy =
    "Run `npx meridian up local`: it installs missing tools and replaces damaged ones.";
  return { name, ok: false, detail: reason, expected, remedy };
}

const users: Readonly<Record<ToolGroup, string>> = {
  bench: "a benchmark",
  check: "a check",
  component: "a component",
  env: "`meridian env`",
};

const sourceNames: Readonly<Record<string, string>> = {
  release: "from the official release",
  image: "from the official image",
  go: "built from the pinned Go modules",
  debian: "from the package of Debian or Ubuntu",
  rawFiles: "from the tagged repository",
  moduleFiles: "from the pinned Go module",
  wheel: "from the wheel on PyPI",
  maven: "from Maven's repository",
  installed: "the program of this machine",
};

async function examineGo(
  complete: boolean,
  pins: readonly ToolPin[],
  env: NodeJS.ProcessEnv,
): Promise<DoctorDiagnostic> {
  const go = await checkGo(env, goFoldersOf(pins));
  const expected = `Go ${go.needed} or later, if a tool has to be built`;
  if (go.ok) return { name: "go", ok: true, detail: `Go ${go.version}`, expected, remedy: "" };
  // If every tool is cached, no build is needed.
  if (complete) {
    const detail = `${go.found}; not needed now, as every tool is in the tool cache`;
    return { name: "go", ok: true, detail, expected, remedy: "" };
  }
  const remedy =
    "Install Go from https://go.dev/dl. Without it only tools with a reachable official release can be installed.";
  return { name: "go", ok: false, detail: go.found, expected, remedy };
}

async function examineDisk(
  complete: boolean,
  cacheDir: string,
  free: (folder: string) => Promise<number>,
): Promise<DoctorDiagnostic> {
  const found = await free(cacheDir);
  const needed = complete ? 1e9 : 3e9;
  const ok = found >= needed;
  const forBuild = complete ? "" : ", and 25 GB if every tool has to be built";
  return {
    name: "disk",
    ok,
    detail: `${show(found)} free at ${cacheDir}`,
    expected: `${show(needed)} free${forBuild}`,
    remedy: ok ? "" : "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.",
  };
}
