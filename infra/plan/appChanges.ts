import type { KubeObject } from "./kubeObject";
import { objectChanges, type ObjectChange } from "./objectChanges";

/** An app's rendered overlay, or the error that prevented rendering. */
export type Rendering =
  | { readonly ok: true; readonly objects: readonly KubeObject[] }
  | { readonly ok: false; readonly message: string };

/** The apps on one side of a comparison. */
export interface RenderedSide {
  /** By app: the overlays that the environment has. */
  readonly overlays: ReadonlyMap<string, Rendering>;
  /** All apps, regardless of environment. */
  readonly apps: ReadonlySet<string>;
}

/** An app that differs between the two sides. */
export type AppChange = OneSidedApp | ChangedApp | BrokenApp;

export interface OneSidedApp {
  readonly app: string;
  readonly what: "new" | "removed";
  readonly objects: readonly ObjectChange[];
  /** The app exists on the other side too, for other environments. */
  readonly elsewhere: boolean;
}

export interface ChangedApp {
  readonly app: string;
  readonly what: "changed";
  readonly objects: readonly ObjectChange[];
}

/** An app that cannot be compared. */
export interface BrokenApp {
  readonly app: string;
  readonly what: "broken";
  /** Error of each side; absent if that side rendered. */
  readonly before?: string;
  readonly after?: string;
}

/** All apps that differ, sorted by name. */
export function appChanges(before: RenderedSide, after: RenderedSide): AppChange[] {
  const apps = [...new Set([...before.overlays.keys(), ...after.overlays.keys()])].sort();
  return apps.flatMap((app) => changeOf(app, before, after) ?? []);
}

function changeOf(app: string, before: RenderedSide, after: RenderedSide): AppChange | undefined {
  const [old, now] = [before.overlays.get(app), after.overlays.get(app)];
  if (old?.ok === false || now?.ok === false) {
    const sides = {
      ...(old?.ok === false && { before: old.message }),
      ...(now?.ok === false && { after: now.message }),
    };
    return { app, what: "broken", ...sides };
  }
  const objects = objectChanges(old?.objects ?? [], now?.objects ?? []);
  if (old === undefined) return { app, what: "new", objects, elsewhere: before.apps.has(app) };
  if (now === undefined) return { app, what: "removed", objects, elsewhere: after.apps.has(app) };
  return objects.length === 0 ? undefined : { app, what: "changed", objects };
}
