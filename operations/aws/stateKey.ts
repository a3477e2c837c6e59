import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  type KMSClient,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import {
  type FoundKey,
  keyActions,
  keyRefusal,
  stateKeyAlias,
  stateKeyDescription,
  stateTags,
} from "../../infra/providers/aws/state/state";
import { CommandError } from "../errors";
import { kmsClient, orNothing } from "./session";

/** Descriptions of the actions; empty if nothing had to change. */
export interface Done {
  readonly done: readonly string[];
}

/** The key of an environment's secrets, by its alias; undefined if there is none. */
export async function findNamedKey(environment: string, region: string) {
  const answer = await orNothing(
    kmsClient(region).send(new DescribeKeyCommand({ KeyId: stateKeyAlias(environment) })),
  );
  return answer?.KeyMetadata;
}

/** Creates the key, or repairs the existing one. @throws CommandError if it must not be used. */
export async function ensureKey(
  environment: string,
  region: string,
): Promise<Done & { readonly arn: string }> {
  const client = kmsClient(region);
  const found = await findKey(client, environment, region);
  const refusal = found === undefined ? undefined : keyRefusal(found, region);
  if (refusal !== undefined) throw new CommandError(refusal);
  let arn = found?.arn ?? "";
  const done: string[] = [];
  for (const action of keyActions(found)) {
    switch (action) {
      case "create":
        arn = await createKey(client, environment);
        done.push(`made the key ${arn}`);
        break;
      case "rotate":
        await client.send(new EnableKeyRotationCommand({ KeyId: arn }));
        done.push("switched its yearly rotation on");
        break;
      case "name":
        await nameKey(client, environment, arn);
        done.push(`named it ${stateKeyAlias(environment)}`);
        break;
    }
  }
  return { arn, done };
}

async function findKey(
  client: KMSClient,
  environment: string,
  region: string,
): Promise<FoundKey | undefined> {
  const named = await findNamedKey(environment, region);
  const metadata = named ?? (await findUnnamedKey(client, environment));
  if (metadata?.Arn === undefined) return undefined;
  const state = metadata.KeyState ?? "";
  const rotation =
    state === "Enabled"
      ? await client.send(new GetKeyRotationStatusCommand({ KeyId: metadata.Arn }))
      : undefined;
  return {
    arn: metadata.Arn,
    state,
    rotates: rotation?.KeyRotationEnabled === true,
    named: named !== undefined,
  };
}

/** A key that an earlier run created, but did not name before it was interrupted. */
async function findUnnamedKey(
  client: KMSClient,
  environment: string,
): Promise<KeyMetadata | undefined> {
  const description = stateKeyDescription(environment);
  for await (const { Keys = [] } of paginateListKeys({ client }, {})) {
    for (const { KeyId } of Keys) {
      // Keys that deny access to this caller are not ours.
      const answer = await client
        .send(new DescribeKeyCommand({ KeyId }))
        .catch((error: Error) => ignoreRefusal(error));
      const key = answer?.KeyMetadata;
      if (key?.Description === description && key.KeyState === "Enabled") return key;
    }
  }
  return undefined;
}

function ignoreRefusal(error: Error): undefined {
  if (error.name !== "AccessDeniedException") throw error;
  return undefined;
}

async function createKey(client: KMSClient, environment: string): Promise<string> {
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({
      Description: stateKeyDescription(environment),
      Tags: Object.entries(stateTags(environment)).map(([TagKey, TagValue]) => ({
        TagKey,
        TagValue,
      })),
    }),
  );
  if (KeyMetadata?.Arn === undefined) throw new Error("AWS made a key without an ARN");
  return KeyMetadata.Arn;
}

async function nameKey(client: KMSClient, environment: string, arn: string): Promise<void> {
  const AliasName = stateKeyAlias(environment);
  await client
    .send(new CreateAliasCommand({ AliasName, TargetKeyId: arn }))
    .catch((error: Error) => {
      if (error.name !== "AlreadyExistsException") throw error;
      throw new CommandError(
        `Another run has made ${AliasName} in this moment. Run the command again: it takes that key. ` +
          `The key ${arn} of this run is not used: schedule its deletion.`,
      );
    });
}
