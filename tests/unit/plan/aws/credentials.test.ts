import * as assert from "node:assert/strict";
import { credentialProblem } from "../../../../infra/providers/aws/access/credentials";

const mend = (message: string) => credentialProblem(message)?.mend;

describe("What the provider says of credentials", () => {
  it("is one instruction when there are none", () => {
    const message =
      "unable to validate AWS credentials: No valid credential sources found. Please see https://example.com";
    const problem = credentialProblem(message);
    assert.equal(problem?.path, "credentials of AWS");
    assert.equal(problem.value, "none that are accepted");
    assert.match(problem.mend, /AWS_PROFILE.*aws sso login/);
    assert.equal(mend("InvalidClientTokenId: The security token is invalid"), problem.mend);
  });

  it("is another one when they have expired", () => {
    const problem = credentialProblem("ExpiredToken: The security token included is expired");
    assert.equal(problem?.value, "expired");
    assert.match(problem.mend, /^Sign in/);
  });

  it("names the account when it is another one", () => {
    const problem = credentialProblem("AWS account ID not allowed: 999999999999");
    assert.equal(problem?.value, "those of 999999999999");
  });

  it("is left alone when it is about something else", () => {
    assert.equal(credentialProblem("connection reset by peer"), undefined);
  });
});
