import type { Parsed } from "../../../config/option";
import type { deliverySchema, runSchemas } from "./schema";

/** Delivery as the other modules see it: validated, with all defaults applied. */

export interface DeliveryConfig
  extends Omit<Parsed<typeof deliverySchema>, "track" | "overlays">, RunOptions {
  readonly track: TrackConfig;
  /** By default the environment's own name. */
  readonly overlays: string;
}

/** Options of a single run, in addition to the file. */
export type RunOptions = Partial<{ readonly [Name in keyof Runs]: Parsed<Runs[Name]> }>;

type Runs = typeof runSchemas;

/** Groups in descending order of permissions: each also has those of the next. */
export type AccessConfig = NonNullable<DeliveryConfig["access"]>;

/** OpenID Connect with PKCE. */
export type SsoConfig = NonNullable<DeliveryConfig["sso"]>;

/** A period between two UTC timestamps. */
export type FreezeConfig = DeliveryConfig["freezes"][number];

/** The commits that are delivered. */
export type TrackConfig = BranchTrack | TagsTrack;

/** Every commit of a branch. */
export interface BranchTrack {
  readonly kind: "branch";
  /** Branch, tag, commit or HEAD. */
  readonly branch: string;
}

/** The highest semantic version of a range; never a pre-release. */
export interface TagsTrack {
  readonly kind: "tags";
  /** A range that Argo CD and the `semver` library interpret the same way. */
  readonly tags: string;
  /** none: Argo CD tracks the range itself. required: only the tag that a run of `up` has approved is delivered. */
  readonly approval: "none" | "required";
  /** Environment that must receive a commit first; absent if there is none. */
  readonly after?: string;
}
