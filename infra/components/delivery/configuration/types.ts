/** Delivery as the other modules see it: validated, with all defaults applied. */

export interface DeliveryConfig {
  /** Repository that Argo CD tracks: "." is this clone, otherwise the URL of a git repository. */
  readonly repository: string;
  readonly track: TrackConfig;
  /** Overlay of each app that is delivered: a folder name in `apps/<app>/overlays`. */
  readonly overlays: string;
  /** Interval at which Argo CD polls the repository, in seconds. Default: 60. */
  readonly pollSeconds: number;
  /** Periods in which no new revision is delivered, in the order of the file. */
  readonly freezes: readonly FreezeConfig[];
  /** Groups of the sign-on by role; absent if there are none. */
  readonly access?: AccessConfig;
  /** Sign-on to Argo CD; absent if Argo CD is not reachable from outside. */
  readonly sso?: SsoConfig;
  /** The tag that this run approves. */
  readonly release?: string;
  /** Reason why this run ignores a freeze. */
  readonly breakGlass?: string;
}

/** Options of a single run, in addition to the file. */
export type RunOptions = Pick<DeliveryConfig, "release" | "breakGlass">;

/** Groups in descending order of permissions: each also has those of the next. */
export interface AccessConfig {
  readonly admins: readonly string[];
  readonly operators: readonly string[];
  readonly developers: readonly string[];
}

/** OpenID Connect with PKCE. */
export interface SsoConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
}

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

/** A period between two UTC timestamps. */
export interface FreezeConfig {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
