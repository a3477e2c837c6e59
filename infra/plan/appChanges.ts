import type { KubeObject } from "./kubeObject";
import { objectChanges, type ObjectChange } from "./objectChanges";

/** An app's overlay as it was rendered, or why it could not be. */
export type Rendering =
  | { readonly ok: true; readonly objects: readonly KubeObject[] }
  | { readonly ok: false; readonly message: string };

/** The apps of one side. */
export interface RenderedSide {
  /** By app: those that the environment has. */
  readonly overlays: ReadonlyMap<string, Rendering>;
  /** Every app there is, whichever environments have it. */
  readonly apps: ReadonlySet<string>;
}

/** An app that is not the same on both sides. */
export type AppChange = OneSidedApp | ChangedApp | BrokenApp;

export interface OneSidedApp {
  readonly app: string;
  readonly what: "new" | "removed";
  readonly objects: readonly ObjectChange[];
  /** The app is on the other side too, for other environments. */
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
  /** What is wrong on each side; absent: nothing. */
  readonly before?: string;
  readonly after?: string;
}

/** Every app that differs, by name. */
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
