import type { Diagnostic } from "../../infra/config/types";

/** An overlay's folder at the beginning of a path, and the rest. */
const overlay = /^(apps\/[^/]+\/overlays\/)([^/:]+)(.*)$/s;

/**
 * One diagnostic for each mistake, at the place of the first: a mistake in an app's base is in each of its overlays. The path names
 * the environments: `apps/cart/overlays/{local,staging}: …`.
 */
export function merged(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, { readonly first: Diagnostic; readonly environments: string[] }>();
  for (const diagnostic of diagnostics) {
    const [, folder, environment, rest] = overlay.exec(diagnostic.path) ?? [];
    const { path, ...others } = diagnostic;
    const key = JSON.stringify([environment === undefined ? path : [folder, rest], others]);
    const group = groups.get(key) ?? { first: diagnostic, environments: [] };
    groups.set(key, group);
    if (environment !== undefined) group.environments.push(environment);
  }
  return [...groups.values()].map(({ first, environments }) => {
    if (environments.length < 2) return first;
    const names = `{${environments.join(",")}}`;
    return { ...first, path: first.path.replace(overlay, `$1${names}$3`) };
  });
}
