import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { isKubeObject, type KubeObject } from "../../infra/plan/kubeObject";

const run = promisify(execFile);

export type Build =
  | { readonly ok: true; readonly objects: readonly KubeObject[] }
  /** kustomize's own error message, in one line, without this machine's paths. */
  | { readonly ok: false; readonly message: string };

/** A build takes a tenth of a second; one that fetches a remote base, which is not allowed, would hang. */
const limitMilliseconds = 20_000;

/**
 * Renders one folder as Argo CD does.
 *
 * @param kustomize the executable.
 * @param root removed from messages: readers know the paths below it.
 */
export async function kustomizeBuild(
  kustomize: string,
  folder: string,
  root: string,
): Promise<Build> {
  try {
    const options = { timeout: limitMilliseconds, maxBuffer: 16 * 2 ** 20 };
    const { stdout } = await run(kustomize, ["build", folder], options);
    return parsed(stdout);
  } catch (error) {
    const { killed, stderr, message } = error as {
      killed?: boolean;
      stderr?: string;
      message: string;
    };
    if (killed === true)
      return { ok: false, message: `no answer in ${limitMilliseconds / 1000} s` };
    return {
      ok: false,
      message: shortened(stderr === undefined || stderr === "" ? message : stderr, root),
    };
  }
}

function parsed(text: string): Build {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return { ok: true, objects: [] };
  const objects: unknown[] = documents.map((document) => document.toJS() as unknown);
  if (objects.every(isKubeObject)) return { ok: true, objects };
  return { ok: false, message: "an object without apiVersion, kind or metadata.name" };
}

/** kustomize puts the cause last, after every folder that led to it: so keep the end. */
function shortened(message: string, root: string): string {
  const line = message
    .replace(/\s+/g, " ")
    .replace(/^Error: /, "")
    .trim()
    .replaceAll(`${root}/`, "");
  return line.length <= 300 ? line : `… ${line.slice(-300).replace(/^\S*\s/, "")}`;
}
