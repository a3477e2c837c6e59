import * as fs from "node:fs";
import * as path from "node:path";
import { create } from "tar";
import { stringify } from "yaml";
import { broughtBy, type ChartWorld } from "./brings";

/** A chart at one version. */
export interface ChartVersion {
  readonly name: string;
  readonly version: string;
}

/** Name of the ConfigMap, in the release's namespace, that records what a chart was given. */
export function recordName(chart: string): string {
  return `chart-values-${chart}`;
}

/** Helm fills it in, so the record holds what a real chart would have been given. */
function recordTemplate(chart: string): string {
  return [
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata:",
    `  name: ${recordName(chart)}`,
    "data:",
    "  name: {{ .Chart.Name | quote }}",
    "  version: {{ .Chart.Version | quote }}",
    "  release: {{ .Release.Name | quote }}",
    "  values: {{ .Values | toJson | quote }}",
    "",
  ].join("\n");
}

/** A stand-in for a published chart, as its archive: it records its values and brings what others need of it. */
export async function archiveOf(
  chart: ChartVersion,
  world: ChartWorld,
  dir: string,
): Promise<Buffer> {
  const root = path.join(dir, `${chart.name}-${chart.version}`);
  const brought = broughtBy(chart.name, world);
  const files: Record<string, string> = {
    "Chart.yaml": stringify({ apiVersion: "v2", ...chart }),
    "values.yaml": "{}\n",
    "templates/record.yaml": recordTemplate(chart.name),
    ...Object.fromEntries(
      brought.objects.map((object, index) => [`templates/object-${index}.yaml`, literal(object)]),
    ),
    ...Object.fromEntries(
      brought.templates.map((text, index) => [`templates/filled-${index}.yaml`, text]),
    ),
    ...Object.fromEntries(
      Object.entries(brought.definitions).map(([file, text]) => [`crds/${file}`, text]),
    ),
  };
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(root, chart.name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    fs.writeFileSync(target, text, { mode: 0o600 });
  }
  const archive = await create({ gzip: true, portable: true, cwd: root }, [chart.name]).concat();
  fs.rmSync(root, { recursive: true, force: true });
  return archive;
}

/** An object as a template: Helm sees nothing in it to fill in. */
function literal(object: object): string {
  const text = JSON.stringify(object);
  if (text.includes("{{")) throw new Error("an object of a stand-in chart must hold no template");
  return text.replaceAll("}}", "} }");
}
