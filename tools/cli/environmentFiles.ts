import * as path from "node:path";
import { repositoryRoot } from "../../infra/local/instance";

/** Where an environment's configuration is written by hand; `MERIDIAN_ENVIRONMENTS` names another folder. */
export function configFile(environment: string): string {
  const dir = process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(repositoryRoot, "environments");
  return path.join(dir, `Pulumi.${environment}.yaml`);
}
