import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { writePrivate } from "../../../infra/providers/local/instance";

/** A resource that was made through the stand-in and not deleted since, whether an engine knows of it or not. */
export interface MadeResource {
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly id: string;
  /** Its inputs, and what was computed. May hold secrets: the files are their owner's only. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Its own and the provider's. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What identifies a resource in AWS. */
type Key = Pick<MadeResource, "type" | "region" | "id">;

export function rememberMade(world: string, resource: MadeResource): void {
  writePrivate(fileOf(world, resource), JSON.stringify(resource));
}

export function forgetMade(world: string, key: Key): void {
  fs.rmSync(fileOf(world, key), { force: true });
}

/** Switches off what keeps a resource from being deleted, behind the engine's back. */
export function allowDeletion(world: string, resource: MadeResource): void {
  const properties = { ...resource.properties, deletionProtection: false };
  rememberMade(world, { ...resource, properties });
}

export function isMade(world: string, key: Key): boolean {
  return fs.existsSync(fileOf(world, key));
}

/** One of them; undefined where there is none. */
export function findMade(world: string, key: Key): MadeResource | undefined {
  if (!isMade(world, key)) return undefined;
  return JSON.parse(fs.readFileSync(fileOf(world, key), "utf8")) as MadeResource;
}

/** All that there is, in no order. */
export function readMade(world: string): MadeResource[] {
  const dir = folderOf(world);
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        return [JSON.parse(fs.readFileSync(path.join(dir, file), "utf8")) as MadeResource];
      } catch {
        // Deleted by another provider while this one was listing.
        return [];
      }
    });
}

/** An id that nothing of this type has in this region: a replacement is made before the old one goes. */
export function freeId(world: string, key: Key): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? key.id : `${key.id}-${number}`;
    if (!isMade(world, { ...key, id })) return id;
  }
}

function folderOf(world: string): string {
  return path.join(world, "made");
}

function fileOf(world: string, { type, region, id }: Key): string {
  const digest = createHash("sha256").update([type, region, id].join("\n")).digest("hex");
  return path.join(folderOf(world), `${digest.slice(0, 32)}.json`);
}
