import * as assert from "node:assert/strict";
import { credentialDiagnostic } from "../../../../infra/providers/aws/access/credentials";

const remedy = (message: string) => credentialDiagnostic(message)?.remedy;

describe("What the provider says of credentials", () => {
  it("is one instruction when there are none", () => {
    const message =
      "unable to validate AWS credentials: No valid credential sources found. Please see https://example.com";
    const diagnostic = credentialDiagnostic(message);
    assert.equal(diagnostic?.path, "credentials of AWS");
    assert.equal(diagnostic.value, "none that are accepted");
    assert.match(diagnostic.remedy, /AWS_PROFILE.*aws sso login/);
    assert.equal(remedy("InvalidClientTokenId: The security token is invalid"), diagnostic.remedy);
  });

  it("is another one when they have expired", () => {
    const diagnostic = credentialDiagnostic("ExpiredToken: The security token included is expired");
    assert.equal(diagnostic?.value, "expired");
    assert.match(diagnostic.remedy, /^Sign in/);
  });

  it("names the account when it is another one", () => {
    const diagnostic = credentialDiagnostic("AWS account ID not allowed: 999999999999");
    assert.equal(diagnostic?.value, "those of 999999999999");
  });

  it("is left alone when it is about something else", () => {
    assert.equal(credentialDiagnostic("connection reset by peer"), undefined);
  });
});
