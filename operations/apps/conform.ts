import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Diagnostic } from "../../infra/config/types";
import { at, type KubeObject } from "../../infra/plan/kubeObject";
import { runCommand, toolPath } from "../../toolchain";
import { strictSchemas, type Descriptions, type Kind } from "./schemas";

/** Objects that stand together, and the name under which a reader knows them. */
export interface Rendered {
  /** E.g. "apps/orders/overlays/local". */
  readonly path: string;
  readonly objects: readonly KubeObject[];
}

/**
 * Validates objects as a server that is asked to be strict would: kubeconform against schemas of the pinned
 * versions, without the network.
 *
 * @returns every mistake, in the order of the objects.
 * @throws ToolchainError when kubeconform is not in the tool cache.
 */
export async function conform(
  rendered: readonly Rendered[],
  descriptions: Descriptions,
): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-conform-"));
  try {
    await writeSchemas(folder, rendered, descriptions);
    const objects = rendered.flatMap(({ path, objects }) =>
      objects.map((object) => ({ path, object })),
    );
    const files = await writeObjects(
      folder,
      objects.map(({ object }) => object),
    );
    const reports = new Map(
      (await kubeconform(folder)).map((report) => [report.filename, report] as const),
    );
    return objects.flatMap(({ path, object }, index) => {
      const report = reports.get(files[index] ?? "");
      if (report === undefined)
        throw new Error(`kubeconform said nothing of ${nameOf(object)} in ${path}`);
      return diagnosticsOf(report, object, path);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the kinds that occur only: a kind without a schema is kubeconform's to report. */
async function writeSchemas(
  folder: string,
  rendered: readonly Rendered[],
  descriptions: Descriptions,
): Promise<void> {
  const schemaOf = strictSchemas(descriptions);
  const kinds = rendered.flatMap(({ objects }) => objects);
  const files = new Map(kinds.map((kind) => [schemaFile(kind), kind]));
  for (const [file, kind] of files) {
    const schema = schemaOf(kind);
    if (schema !== undefined) await writeFile(join(folder, file), JSON.stringify(schema));
  }
}

/** As `schemaTemplate` names it; Group is the version where there is no group. */
function schemaFile({ apiVersion, kind }: Kind): string {
  const [group = "", version = group] = apiVersion.split("/");
  return `${group}_${version}_${kind.toLowerCase()}.json`;
}

const schemaTemplate = "{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json";

/** A file for each object, by which it is known again. JSON is YAML that cannot be read in two ways. */
async function writeObjects(folder: string, objects: readonly KubeObject[]): Promise<string[]> {
  await mkdir(join(folder, "objects"));
  const files = objects.map((_, index) => join(folder, "objects", `${index}.yaml`));
  await Promise.all(files.map((file, index) => writeFile(file, JSON.stringify(objects[index]))));
  return files;
}

const reportSchema = z.object({
  filename: z.string(),
  status: z.enum(["statusValid", "statusInvalid", "statusError"]),
  msg: z.string(),
});

type Report = z.infer<typeof reportSchema>;

async function kubeconform(folder: string): Promise<Report[]> {
  const location = ["-schema-location", join(folder, schemaTemplate)];
  const args = ["-strict", "-verbose", "-output", "json", ...location, join(folder, "objects")];
  const { stdout, stderr, summary } = await runCommand(toolPath("kubeconform"), args, {
    env: process.env,
  });
  try {
    return z.object({ resources: z.array(reportSchema) }).parse(JSON.parse(stdout)).resources;
  } catch {
    throw new Error(`kubeconform gave no report: ${stderr || stdout || summary}`);
  }
}

function diagnosticsOf({ status, msg }: Report, object: KubeObject, path: string): Diagnostic[] {
  const place = `${path}: ${nameOf(object)}`;
  if (status === "statusValid") return [];
  if (status === "statusError") {
    const value = `${object.apiVersion} ${object.kind}`;
    const known = msg.startsWith("could not find schema");
    const expected = known ? "a kind of the pinned Kubernetes, Argo CD, Karmada or Traefik" : msg;
    return [{ path: place, value, expected, remedy: "correct `apiVersion` and `kind`" }];
  }
  return diagnosticsIn(msg).flatMap(({ pointer, text }) =>
    fieldsOf(pointer, text).map(({ field, expected, remedy }) => ({
      path: `${place} ${field}`,
      value: printed(at(object, field)),
      expected,
      remedy,
    })),
  );
}

/** kubeconform's list has the outermost mistakes only; its message has them all, each after " - at". */
export function diagnosticsIn(message: string): { pointer: string; text: string }[] {
  const parts = message.split(/ +- at '((?:[^']|'(?!: ))*)': /).slice(1);
  const found = parts.flatMap((pointer, index) =>
    index % 2 === 0 ? { pointer, text: (parts[index + 1] ?? "").trim() } : [],
  );
  const leaves = found.filter(({ text }) => text !== "validation failed");
  return leaves.length > 0 ? leaves : [{ pointer: "", text: message }];
}

interface FieldDiagnostic {
  readonly field: string;
  readonly expected: string;
  readonly remedy: string;
}

/** kubeconform names fields that are too many, or missing, at the object that has or lacks them. */
function fieldsOf(pointer: string, text: string): FieldDiagnostic[] {
  const owner = fieldOf(pointer);
  const named = (expected: string, remedy: string) =>
    [...text.matchAll(/'([^']+)'/g)].map(([, name = ""]) => ({
      field: joined(owner, name),
      expected,
      remedy,
    }));
  if (text.startsWith("additional propert"))
    return named("a field that the kind has there", "correct the field's name, or remove it");
  if (text.startsWith("missing propert")) return named("a value", "add the field");
  return [{ field: owner, expected: text, remedy: "correct the value" }];
}

/** "/spec/ports/0" as `at` reads it: "spec.ports[0]". */
function fieldOf(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  return steps
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, step) => joined(path, step), "");
}

function joined(owner: string, step: string): string {
  if (/^\d+$/.test(step) || /[./]/.test(step)) return `${owner}[${step}]`;
  return owner === "" ? step : `${owner}.${step}`;
}

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

function printed(value: unknown): string {
  return value === undefined ? "(missing)" : (JSON.stringify(value) ?? "");
}
