import { type RawDiagnostic, at, valueAt } from "../../../config/rawDiagnostic";
import { isRange, isRelease, versionOfTag } from "../../../config/tags";

/** Diagnostics that involve several delivery options, which a single option's schema cannot detect. */
export function checkDelivery(raw: unknown): RawDiagnostic[] {
  return [...checkTrack(raw), ...checkFreezes(raw), ...checkRelease(raw), ...checkAccess(raw)];
}

const track = (key?: string) => at("delivery", "track", ...(key === undefined ? [] : [key]));

function checkTrack(raw: unknown): RawDiagnostic[] {
  const written = valueAt(raw, track());
  if (typeof written !== "object" || written === null) return [];
  const has = (key: string) => valueAt(written, [key]) !== undefined;
  if (has("branch") && has("tags")) {
    const expected = "a branch or tags, not both";
    return [{ path: track("branch"), expected, remedy: "Remove one of the two." }];
  }
  if (!has("branch") && !has("tags")) {
    const remedy = 'Write branch: main, or tags: ">=1.0.0".';
    return [{ path: track(), expected: "a branch or tags", remedy }];
  }
  return ["approval", "after"]
    .filter((key) => has(key) && !has("tags"))
    .map((key) => ({
      path: track(key),
      expected: "nothing: it is of tags only",
      remedy: `Remove ${key}, or follow tags.`,
    }));
}

function checkFreezes(raw: unknown): RawDiagnostic[] {
  const freezes = valueAt(raw, at("delivery", "freezes"));
  if (!Array.isArray(freezes)) return [];
  return freezes.flatMap((freeze, index) => {
    const [from, to] = ["from", "to"].map((key) => momentOf(valueAt(freeze, [key])));
    if (from === undefined || to === undefined || !(to <= from)) return [];
    const path = at("delivery", "freezes", index, "to");
    return [{ path, expected: "a moment after its beginning", remedy: "Correct from or to." }];
  });
}

/** Undefined if the time itself is invalid. */
function momentOf(value: unknown): number | undefined {
  return typeof value === "string" && value.endsWith("Z") ? Date.parse(value) : undefined;
}

function checkRelease(raw: unknown): RawDiagnostic[] {
  const tag = valueAt(raw, ["release"]);
  if (typeof tag !== "string" || versionOfTag(tag) === undefined) return [];
  const range = valueAt(raw, track("tags"));
  const approval = valueAt(raw, track("approval")) ?? "required";
  if (range === undefined || approval !== "required") {
    const remedy = "Remove it: this environment follows its track without approval.";
    return [{ path: at("release"), expected: "nothing", remedy }];
  }
  if (typeof range !== "string" || !isRange(range) || isRelease(tag, range)) return [];
  return [
    {
      path: at("release"),
      expected: `a release in the range ${range}; a pre-release is none`,
      remedy: "Approve another tag, or widen meridian:delivery.track.tags.",
    },
  ];
}

/** Only a sign-on supplies groups, and a sign-on needs a host name that only an AWS environment has. */
function checkAccess(raw: unknown): RawDiagnostic[] {
  const has = (key: string) => valueAt(raw, at("delivery", key)) !== undefined;
  if (has("sso") && valueAt(raw, ["provider"]) === "local") {
    const remedy = "Remove it: on local every user of this machine may read Argo CD.";
    return [{ path: at("delivery", "sso"), expected: "nothing on local", remedy }];
  }
  if (!has("access") || has("sso")) return [];
  const remedy = "Write delivery.sso, too, or remove access.";
  return [{ path: at("delivery", "access"), expected: "a sign-on that supplies groups", remedy }];
}
