import * as os from "node:os";
import { compareTags } from "../../../config/tags";
import type { Release } from "../../../config/release";
import type { FreezeConfig } from "../../../config/types";
import { freezeAt } from "../freezes";
import type { Handler } from "../../../provider/handler";

export interface ReleaseInputs {
  /** Name of the environment, for messages. */
  readonly environment: string;
  /** What this run approves; absent: what was approved stays. */
  readonly requested?: Requested;
  readonly freezes: readonly FreezeConfig[];
}

export interface Requested extends Release {
  /** Why a freeze does not hold. */
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
  /** When, in UTC. */
  readonly at: string;
  /** Who ran it, as the machine or the pipeline says. */
  readonly by: string;
}

const nothing: ReleaseOutputs = { tag: "", commit: "", history: [] };

/** How many approvals are remembered. */
const remembered = 50;

/** The release that an environment may run: kept in the state, so that only a run that approves another changes it. */
export const release: Handler<ReleaseInputs, ReleaseOutputs> = {
  replaceOn: [],
  recomputeOn: ["requested"],
  sticky: ["requested"],
  validate: (inputs, old) => refuse(inputs, old ?? nothing, new Date()),
  create: (inputs) => Promise.resolve({ id: "release", outputs: approve(inputs, nothing) }),
  update: (_id, old, inputs) => Promise.resolve(approve(inputs, old)),
  delete: () => Promise.resolve(),
};

/** @throws Error when what is approved is older than what is out, is no longer what it was, or comes in a freeze. */
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

/** A commit may bear several tags: to approve another of them is a release of its own. */
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

/** Whoever started the pipeline, else the user of this machine. */
function approver(): string {
  const { GITHUB_ACTOR, CIRCLE_USERNAME } = process.env;
  return GITHUB_ACTOR ?? CIRCLE_USERNAME ?? os.userInfo().username;
}
