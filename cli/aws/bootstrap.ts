import { readEnvironmentFile } from "../../infra/config";
import { type Bootstrapped, bootstrapState } from "../../operations/aws/bootstrap";
import { awsEnvironment } from "../../operations/aws/session";
import { configFile } from "../../operations/environmentFiles";

/** Creates or repairs the state bucket and key of an environment on AWS, and prints the result. */
export async function bootstrap(name: string, json: boolean): Promise<number> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "bootstrap");
  const result = await bootstrapState(environment);
  console.log(json ? JSON.stringify(result, null, 2) : describe(name, result));
  return 0;
}

/** The actions taken, and the next steps. */
export function describe(
  name: string,
  { done, bucket, keyAlias, region, backend, secrets }: Bootstrapped,
) {
  const did =
    done.length === 0
      ? [`All there and in order: nothing was changed.`]
      : done.map((one) => `✔ ${one}`);
  return [
    ...did,
    "",
    `State of ${name}: the bucket ${bucket} and the key ${keyAlias}, in ${region}. No command removes them.`,
    `\`npx meridian up ${name}\` uses them by itself. With the Pulumi CLI by hand:`,
    `  pulumi login '${backend}'`,
    `  pulumi stack init ${name} --secrets-provider '${secrets}'`,
  ].join("\n");
}
