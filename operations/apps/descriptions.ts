import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { components } from "../../infra/components/registry";
import { at } from "../../infra/plan/kubeObject";
import { toolPath, type ToolName } from "../../toolchain";
import type { Descriptions } from "./schemas";

/** Bundles of CustomResourceDefinitions: every kind beyond Kubernetes' own that an app may use. */
const customKinds = components.flatMap(({ kindBundles = [] }) => kindBundles);

/** Tools that `readDescriptions` needs in the cache. */
export const described: readonly ToolName[] = ["kubernetes-openapi", ...customKinds];

/** The API descriptions of the pinned versions of Kubernetes and of the platform's parts. */
export function readDescriptions(): Descriptions {
  const text = readFileSync(join(toolPath("kubernetes-openapi"), "swagger.json"), "utf8");
  const { definitions } = JSON.parse(text) as Pick<Descriptions, "definitions">;
  return { definitions, customKinds: customKinds.flatMap(readBundle) };
}

function readBundle(name: ToolName): unknown[] {
  const folder = toolPath(name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJS() as unknown)
    .filter((object) => at(object, "kind") === "CustomResourceDefinition");
}
