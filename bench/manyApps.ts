import * as fs from "node:fs";
import * as path from "node:path";
import { applyChanges, createFlag, retire } from "../infra/components/rollouts/flagEdits";
import { editFlagFile } from "../operations/flags/file";
import type { ScratchClone } from "./clone";

/** The app of this repository that is copied: a web service with replicas in every region, a flag, settings and overrides. */
const copied = "catalog";

/** A line in every pod of the app, which a commit changes. */
const line = /PODINFO_UI_MESSAGE=.*/;

/**
 * Writes copies of an app into a scratch clone, each with a retired flag, and commits them.
 * @param count Total number of copies; existing ones stay unchanged.
 * @returns the names of the new ones, and the commit.
 */
export async function copyApps(clone: ScratchClone, count: number) {
  const names = copyNames(count).filter(
    (name) => !fs.existsSync(path.join(clone.dir, "apps", name)),
  );
  // In every environment, because `check:apps` reads all of them.
  const environments = path.join(clone.dir, "environments");
  for (const name of fs.readdirSync(environments)) {
    if (!/^flags\..*\.json$/.test(name)) continue;
    await editFlagFile(path.join(environments, name), (file) => ({
      ...file,
      flags: { ...file.flags, ...Object.fromEntries(names.map((one) => [one, openFlag(one)])) },
    }));
  }
  for (const name of names) copyApp(clone.dir, name);
  return { names, commit: clone.commit(`feat: ${names.length} apps`) };
}

/** Names of the first copies. */
export function copyNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${copied}-${index + 1}`);
}

function openFlag(name: string) {
  const flag = createFlag(name);
  return applyChanges(flag, retire(flag));
}

/** Writes a copy of an app into a clone, without a flag and without a commit. */
export function copyApp(clone: string, name: string): void {
  const from = path.join(clone, "apps", copied);
  for (const file of fs.readdirSync(from, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".yaml")) continue;
    const text = fs.readFileSync(path.join(from, file), "utf8");
    const target = path.join(clone, "apps", name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text.replaceAll(copied, name));
  }
}

/** Changes one line in each of these apps, which replaces all their pods. @returns the commit. */
export function changeApps(clone: ScratchClone, names: readonly string[], value: string): string {
  for (const name of names) {
    const file = `apps/${name}/base/kustomization.yaml`;
    clone.write(file, clone.read(file).replace(line, `PODINFO_UI_MESSAGE=${value}`));
  }
  return clone.commit(`feat: ${value} in ${names.length} apps`);
}
