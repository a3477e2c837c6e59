import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { stringify } from "yaml";
import type { AppChange } from "../../infra/plan/appChanges";
import type { KubeObject } from "../../infra/plan/kubeObject";
import { sanitize } from "../format";

/** Context lines around a change, and the maximum number of changed lines: the time grows with their square. */
const options = { context: 3, maxEditLength: 1000, headerOptions: FILE_HEADERS_ONLY };

/** An app's full difference: a unified diff of each object as YAML, split into lines. Pure. */
export function patchLines(change: AppChange): string[] {
  if (change.what === "broken") return [];
  return change.objects.flatMap(({ id, before, after }) => {
    const name = `${change.app}/${id}`.replaceAll("\n", " ");
    const names = [
      before === undefined ? "/dev/null" : `a/${name}`,
      after === undefined ? "/dev/null" : `b/${name}`,
    ] as const;
    const texts = [yamlOf(before), yamlOf(after)] as const;
    const text =
      createTwoFilesPatch(...names, ...texts, undefined, undefined, options) ??
      wholePatch(names, texts);
    return sanitize(text).trimEnd().split("\n");
  });
}

/** Keys are sorted, so that their order, which has no meaning, makes no difference. */
function yamlOf(object: KubeObject | undefined): string {
  return object === undefined ? "" : stringify(object, { sortMapEntries: true, lineWidth: 0 });
}

/** Removes all lines of one side and adds all of the other: for texts that have hardly a line in common. */
function wholePatch(names: readonly [string, string], texts: readonly [string, string]): string {
  const [old, now] = texts.map((text) => (text === "" ? [] : text.trimEnd().split("\n")));
  const range = (lines: readonly string[] = []) => `${lines.length > 0 ? 1 : 0},${lines.length}`;
  return [
    `--- ${names[0]}`,
    `+++ ${names[1]}`,
    `@@ -${range(old)} +${range(now)} @@`,
    ...(old ?? []).map((line) => `-${line}`),
    ...(now ?? []).map((line) => `+${line}`),
  ].join("\n");
}
