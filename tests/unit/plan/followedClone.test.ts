import * as assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { TrackConfig } from "../../../infra/config/types";
import { followedClone } from "../../../infra/components/delivery/followedClone";

const branch: TrackConfig = { kind: "branch", branch: "main" };
const told = (repository: string, track: TrackConfig = branch) =>
  followedClone({ repository, track }, "/own");

describe("The clone whose commits Argo CD is told of", () => {
  it("is this one, or another on this machine, whatever its name", () => {
    assert.equal(told("."), "/own");
    assert.equal(told(pathToFileURL("/with a blank/ü%41").href), "/with a blank/ü%41");
  });

  it("is none of another machine, and none where releases are approved", () => {
    assert.equal(told("https://example.com/x.git"), undefined);
    assert.equal(told("git@example.com:x.git"), undefined);
    const approved: TrackConfig = { kind: "tags", tags: ">=1.0.0", approval: "required" };
    assert.equal(told(".", approved), undefined);
    assert.equal(told("file:///x", approved), undefined);
  });
});
