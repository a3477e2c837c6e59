import type { Diagnostic } from "../../../config/types";

/**
 * Converts an error message of the AWS provider to a diagnostic of the credentials.
 * @returns undefined if the message has another cause.
 */
export function credentialDiagnostic(message: string): Diagnostic | undefined {
  const path = "credentials of AWS";
  const expected = "credentials of the account in meridian:aws.accountId";
  const again = "and run the command again.";
  const other = /account ID not allowed: ?(\d{12})/i.exec(message)?.[1];
  if (other !== undefined) {
    const remedy = "Take credentials of that account (AWS_PROFILE), or correct accountId.";
    return { path, value: `those of ${other}`, expected, remedy };
  }
  if (/expired/i.test(message)) {
    return {
      path,
      value: "expired",
      expected,
      remedy: `Sign in, e.g. with aws sso login, ${again}`,
    };
  }
  if (/credential|security token|signature|AccessDenied|not authorized/i.test(message)) {
    const remedy = `Set AWS_PROFILE, or sign in with aws sso login, ${again}`;
    return { path, value: "none that are accepted", expected, remedy };
  }
  return undefined;
}
