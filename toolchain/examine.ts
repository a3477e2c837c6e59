import { validate } from "./cache";
import { cacheRoot, entryPath } from "./cachePaths";
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
  const entry = entryPath(cacheDir, pin);
  const found = await validate(entry, true);
  if (found.ok) {
    const { version, source } = found.manifest;
    const detail = `${version}, from ${sourceNames[source] ?? source}, hashes right`;
    return { name: pin.name, ok: true, detail, remedy: "" };
  }
  const detail = `${pin.version}: ${found.reason}`;
  if (pin.only !== undefined)
    return {
      name: pin.name,
      ok: true,
      detail: `${detail}; only ${users[pin.only]} needs it, and gets it`,
      remedy: "",
    };
  return {
    name: pin.name,
    ok: false,
    detail,
    remedy: "Run `npx meridian up local`: it gets what is missing and replaces what is damaged.",
  };
}

const users: Readonly<Record<ToolGroup, string>> = {
  bench: "a benchmark",
  check: "a check",
  component: "an environment with its component",
  env: "`meridian env`",
};

const sourceNames: Readonly<Record<string, string>> = {
  release: "the official release",
  image: "the official image",
  go: "a build of the pinned modules",
  debian: "the distribution's package",
  rawFiles: "the tagged repository",
  moduleFiles: "the pinned module",
  wheel: "the wheel on PyPI",
};

async function examineGo(
  complete: boolean,
  pins: readonly ToolPin[],
  env: NodeJS.ProcessEnv,
): Promise<DoctorDiagnostic> {
  const go = await checkGo(env, goFoldersOf(pins));
  if (go.ok) return { name: "go", ok: true, detail: `Go ${go.version}`, remedy: "" };
  return {
    name: "go",
    // If every tool is cached, no build is needed.
    ok: complete,
    detail: complete ? `${go.diagnostic}; not needed, as every tool is cached` : go.diagnostic,
    remedy: complete
      ? ""
      : "Install Go from https://go.dev/dl. It is needed where official releases cannot be had.",
  };
}

async function examineDisk(
  complete: boolean,
  cacheDir: string,
  free: (folder: string) => Promise<number>,
): Promise<DoctorDiagnostic> {
  const found = await free(cacheDir);
  const needed = complete ? 1e9 : 3e9;
  const forBuild = complete ? "" : ", 25 GB when everything has to be built";
  return {
    name: "disk",
    ok: found >= needed,
    detail: `${show(found)} free at ${cacheDir}; ${show(needed)} needed${forBuild}`,
    remedy:
      found >= needed ? "" : "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.",
  };
}
