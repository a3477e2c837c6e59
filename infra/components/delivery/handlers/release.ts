import * as os from "node:os";
import { compareTags } from "../../../config/tags";
import type { Release } from "../../../config/release";
import type { FreezeConfig } from "../../../config/types";
import { freezeAt } from "../freezes";
import type { Handler } from "../../../provider/handler";

export interface ReleaseInputs {
  /** Name of the environment, for messages. */
  readonly environment: string;
  /** The release that this run approves; absent: the approved release does not change. */
  readonly requested?: Requested;
  readonly freezes: readonly FreezeConfig[];
}

export interface Requested extends Release {
  /** Reason to override a freeze. */
  readonly breakGlass?: string;
}

export interface ReleaseOutputs {
  /** The approved tag; empty: none yet. */
  readonly tag: string;
  /** Its commit when it was approved. */
  readonly commit: string;
  /** The latest approvals, newest first. */
  readonly history: readonly Approval[];
}

export interface Approval extends Requested {
  /** Time in UTC. */
  readonly at: string;
  /** User of the machine or of the pipeline. */
  readonly by: string;
}

const nothing: ReleaseOutputs = { tag: "", commit: "", history: [] };

/** Maximum number of approvals in the history. */
const remembered = 50;

/** The release that an environment may run. It is stored in the state, so only a run that approves another release changes it. */
export const release: Handler<ReleaseInputs, ReleaseOutputs> = {
  replaceOn: [],
  recomputeOn: ["requested"],
  sticky: ["requested"],
  validate: (inputs, old) => refuse(inputs, old ?? nothing, new Date()),
  create: (inputs) => Promise.resolve({ id: "release", outputs: approve(inputs, nothing) }),
  update: (_id, old, inputs) => Promise.resolve(approve(inputs, old)),
  delete: () => Promise.resolve(),
};

/** @throws Error if the requested release is older than the approved one, its tag was moved, or a freeze is in effect. */
export function refuse(inputs: ReleaseInputs, old: ReleaseOutputs, now: Date): void {
  const { requested, freezes, environment } = inputs;
  if (requested === undefined || isApproved(requested, old)) return;
  const { tag, commit, breakGlass } = requested;
  if (tag === old.tag)
    throw new Error(
      `${tag} was approved as ${old.commit.slice(0, 7)} and means ${commit.slice(0, 7)} now: somebody moved it. ` +
        "Make a new tag for the other commit: npx meridian promote.",
    );
  if (old.tag !== "" && compareTags(tag, old.tag) < 0)
    throw new Error(
      `${tag} is older than ${old.tag}, which ${environment} has. ` +
        `npx meridian rollback ${environment} makes a new tag of the commit before.`,
    );
  const freeze = freezeAt(freezes, now);
  if (freeze !== undefined && breakGlass === undefined)
    throw new Error(
      `Nothing is released to ${environment} until ${freeze.to}: ${freeze.reason}. ` +
        'What cannot wait goes with --break-glass "reason", which is recorded.',
    );
}

/** A commit may have several tags: the approval of another tag is a separate release. */
function isApproved({ tag, commit }: Requested, old: ReleaseOutputs): boolean {
  return tag === old.tag && commit === old.commit;
}

function approve({ requested }: ReleaseInputs, old: ReleaseOutputs): ReleaseOutputs {
  const { tag, commit, history } = old;
  if (requested === undefined || isApproved(requested, old)) return { tag, commit, history };
  const approval: Approval = { ...requested, at: new Date().toISOString(), by: approver() };
  const { tag: newTag, commit: newCommit } = requested;
  return { tag: newTag, commit: newCommit, history: [approval, ...history].slice(0, remembered) };
}

/** The user who started the pipeline, else the user of this machine. */
function approver(): string {
  const { GITHUB_ACTOR, CIRCLE_USERNAME } = process.env;
  return GITHUB_ACTOR ?? CIRCLE_USERNAME ?? os.userInfo().username;
}
