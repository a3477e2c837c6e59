import { z } from "zod";
import { accessSchema, ssoSchema } from "./access";
import { option, type Parsed, refuse, whole } from "../../../config/option";
import { isRange, versionOfTag } from "../../../config/tags";

const repository = option(
  z.string().superRefine(checkRepository).default("."),
  "What Argo CD follows: . is this clone, else the URL of a git repository, without credentials.",
  {
    expected: '"." or the URL of a git repository',
    remedy: 'Write "." for this clone, or its URL.',
  },
);

function checkRepository(value: string, context: z.RefinementCtx<string>): void {
  if (value === "." || /^git@[\w.-]+:[\w./~-]+$/.test(value)) return;
  if (/^[a-z]+:\/\/[^/\s]*:[^/\s]*@/.test(value))
    return refuse(context, "a URL without credentials", "Take the password out of the URL.");
  if (!/^(https|http|ssh|git|file):\/\/\S+$/.test(value))
    refuse(context, '"." or the URL of a git repository', 'Write "." for this clone, or its URL.');
}

const track = option(
  z
    .strictObject({
      branch: option(
        z
          .string()
          .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/+@{}^~-]{0,200}$/)
          .optional(),
        "Follows a branch: every commit is delivered. HEAD is whatever the clone has checked out.",
        {
          expected: "a branch, a tag, a commit or HEAD",
          remedy: "Write what git rev-parse accepts, e.g. main.",
        },
      ),
      tags: option(
        z.string().refine(isRange).optional(),
        "Follows tags: the highest semantic version (v1.2.3) in this range is delivered, never a pre-release.",
        {
          expected: 'a range of versions without pre-releases or commas, e.g. ">=1.0.0 <3.0.0"',
          remedy: 'Write tags: ">=1.0.0".',
        },
      ),
      approval: option(
        z.enum(["none", "required"]).optional(),
        "With tags. none: Argo CD tracks the range by itself. required: nothing is delivered before " +
          "`meridian up <environment> --release v1.2.3` has approved it. Default: required.",
        { expected: '"none" or "required"', remedy: "Write approval: required, or none." },
      ),
      after: option(
        z
          .string()
          .regex(/^[A-Za-z0-9][\w.-]{0,100}$/)
          .optional(),
        "With tags. The environment in which a commit comes first: a tag that its branch does not hold is refused.",
        {
          expected: "the name of an environment that follows a branch",
          remedy: "Write after: staging, or leave it out.",
        },
      ),
    })
    .prefault({ branch: "HEAD" }),
  "Which commits are delivered: those of a branch, or tagged ones. Default: HEAD.",
  {
    expected: "a map of branch, or of tags, approval, after",
    remedy: 'Write track: { branch: main }, or track: { tags: ">=1.0.0" }.',
  },
);

/** A UTC timestamp with second precision. */
const moment = (description: string) =>
  option(z.iso.datetime({ precision: 0 }), description, {
    expected: "a moment in UTC, e.g. 2026-12-20T18:00:00Z",
    remedy: "Write date and time with a Z at the end.",
  });

const freezes = option(
  z
    .array(
      option(
        z.strictObject({
          from: moment("When it begins."),
          to: moment("When it ends."),
          reason: option(
            z.string().trim().min(1).max(200),
            "Reason, shown to a person whose release it stops.",
            {
              expected: "a text of 200 characters at most",
              remedy: "Write why nothing may be released.",
            },
          ),
        }),
        "A time in which nothing new is delivered.",
        { expected: "a map of from, to, reason", remedy: "Write all three of them." },
      ),
    )
    .default([]),
  "Times in which nothing new is delivered, unless a run says --break-glass. Default: none.",
  {
    expected: "a list of maps of from, to, reason",
    remedy: "Write freezes: and below it - from: 2026-12-20T18:00:00Z.",
  },
);

/** The delivered revisions and their source. */
export const deliverySchema = option(
  z
    .strictObject({
      repository,
      track,
      overlays: option(
        z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
          .optional(),
        "Which overlay of each app is delivered. Default: the environment's own name.",
        {
          expected: "the name of folders below apps/*/overlays",
          remedy: "Write overlays: staging, or leave it out.",
        },
      ),
      pollSeconds: whole(
        1,
        3600,
        "How often Argo CD asks the repository for news by itself, in seconds. A local environment notifies it of commits to a clone on this machine. Default: 60.",
        "Write seconds, e.g. 60.",
      ).default(60),
      freezes,
      access: accessSchema,
      sso: ssoSchema,
    })
    .prefault({}),
  "What is delivered, and from where.",
  {
    expected: "a map of repository, track, overlays, pollSeconds, freezes, access, sso",
    remedy: 'Write delivery: { repository: ".", track: { branch: HEAD } }, or leave it out.',
  },
);

/** Options of a single run, in addition to the file: with `meridian up`, or `pulumi up -c meridian:release=v1.2.3`. */
export const runSchemas = {
  release: option(
    z
      .string()
      .refine((tag) => versionOfTag(tag) !== undefined)
      .optional(),
    "The tag that this run approves, where the track's approval is required. It is stored: a later run does not need it again.",
    {
      expected: "a tag of a semantic version, v1.2.3",
      remedy: "Write release: v1.2.3, or leave it out.",
    },
  ),
  breakGlass: option(
    z.string().trim().min(1).max(200).optional(),
    "Why a freeze does not hold for this run. Recorded.",
    {
      expected: "a reason of 200 characters at most",
      remedy: "Write the reason, or leave it out.",
    },
  ),
};

export type DeliveryInput = Parsed<typeof deliverySchema>;
