import * as s3 from "@aws-sdk/client-s3";
import { isDeepStrictEqual } from "node:util";
import {
  bucketActions,
  type BucketSettings,
  olderVersions,
  stateBucketName,
  stateBucketPolicy,
  stateTags,
} from "../../infra/providers/aws/state/state";
import { CommandError } from "../errors";
import { orNothing, s3Client, type Session, statusOf } from "./session";
import type { Done } from "./stateKey";

/** Bucket and expected owner, sent with every call: a bucket of another account is never accessed. */
interface Place {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

function placeOf({ environment, accountId }: Session): Place {
  return { Bucket: stateBucketName(environment.name, accountId), ExpectedBucketOwner: accountId };
}

/**
 * The region of the environment's bucket; undefined if there is no bucket yet. It is the hub's region, unless the hub has moved
 * since.
 */
export async function findBucketRegion(session: Session): Promise<string | undefined> {
  const place = placeOf(session);
  try {
    const answer = await orNothing(s3Client(session.region).send(new s3.HeadBucketCommand(place)));
    return answer && (answer.BucketRegion ?? session.region);
  } catch (error) {
    // A HEAD response has no body, and so no reason: 403 means a missing permission, or another account's bucket.
    if (statusOf(error) !== 403) throw error;
    throw new CommandError(
      `AWS refuses access to the bucket ${place.Bucket}. Either ${session.caller} lacks s3:ListBucket there, ` +
        "or another account has taken its name. Nothing was changed.",
    );
  }
}

/** Creates the bucket in the region, or repairs the existing one. */
export async function ensureBucket(
  session: Session,
  region: string,
  exists: boolean,
  keyArn: string,
): Promise<Done> {
  const client = s3Client(region);
  const place = placeOf(session);
  const done: string[] = [];
  if (!exists) {
    await createBucket(client, place, region);
    done.push(`made the bucket ${place.Bucket} in ${region}`);
  }
  const wanted = wantedOf(session, keyArn);
  const found = await pollAt(client, place, wanted);
  for (const setting of bucketActions(found)) {
    await setters[setting](client, place, wanted);
    if (exists) done.push(`set it ${words[setting]}`);
  }
  return { done };
}

const words: Readonly<Record<keyof BucketSettings, string>> = {
  private: "private",
  ownerOnly: "to belong to its owner alone",
  encrypted: "to encrypt with the key",
  versioned: "to keep versions",
  policed: "to refuse plain text and other encryption",
  tidied: "to drop old versions in time",
  tagged: "its tags",
};

async function createBucket(client: s3.S3Client, { Bucket }: Place, region: string): Promise<void> {
  // us-east-1 is the only region that must not be named as a constraint.
  const constraint = region === "us-east-1" ? {} : { LocationConstraint: region as never };
  try {
    await client.send(
      new s3.CreateBucketCommand({
        Bucket,
        ObjectOwnership: "BucketOwnerEnforced",
        ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: constraint }),
      }),
    );
  } catch (error) {
    const { name } = error as Error;
    if (name === "BucketAlreadyOwnedByYou") return;
    if (name !== "BucketAlreadyExists") throw error;
    throw new CommandError(
      `Another account has a bucket of the name ${Bucket}. Rename the environment, as its name is part of it.`,
    );
  }
}

/** The desired settings of the bucket. */
interface Wanted {
  readonly access: s3.PublicAccessBlockConfiguration;
  readonly encryption: s3.ServerSideEncryptionRule;
  readonly policy: object;
  readonly rules: s3.LifecycleRule[];
  readonly tags: s3.Tag[];
}

function wantedOf({ environment, accountId }: Session, keyArn: string): Wanted {
  const bucket = stateBucketName(environment.name, accountId);
  return {
    access: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    encryption: {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
      BucketKeyEnabled: true,
    },
    policy: stateBucketPolicy(bucket, keyArn),
    rules: [
      {
        ID: "old-versions",
        Status: "Enabled",
        Filter: { Prefix: "" },
        NoncurrentVersionExpiration: {
          NoncurrentDays: olderVersions.days,
          NewerNoncurrentVersions: olderVersions.atLeast,
        },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ],
    tags: Object.entries(stateTags(environment.name)).map(([Key, Value]) => ({ Key, Value })),
  };
}

async function pollAt(client: s3.S3Client, place: Place, wanted: Wanted): Promise<BucketSettings> {
  const [access, ownership, encryption, versioning, policy, lifecycle, tagging] = await Promise.all(
    [
      orNothing(client.send(new s3.GetPublicAccessBlockCommand(place))),
      orNothing(client.send(new s3.GetBucketOwnershipControlsCommand(place))),
      orNothing(client.send(new s3.GetBucketEncryptionCommand(place))),
      client.send(new s3.GetBucketVersioningCommand(place)),
      orNothing(client.send(new s3.GetBucketPolicyCommand(place))),
      orNothing(client.send(new s3.GetBucketLifecycleConfigurationCommand(place))),
      orNothing(client.send(new s3.GetBucketTaggingCommand(place))),
    ],
  );
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0];
  const tags = tagging?.TagSet ?? [];
  return {
    private: holds(access?.PublicAccessBlockConfiguration, wanted.access),
    ownerOnly: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced",
    encrypted: holds(rule, wanted.encryption),
    versioned: versioning.Status === "Enabled",
    policed: isDeepStrictEqual(JSON.parse(policy?.Policy ?? "null"), wanted.policy),
    tidied: lifecycle?.Rules?.length === 1 && holds(lifecycle.Rules[0], unfiltered(wanted)),
    tagged: wanted.tags.every(({ Key, Value }) =>
      tags.some((tag) => tag.Key === Key && tag.Value === Value),
    ),
  };
}

/** "All objects" has several notations, and AWS does not document which one it returns. */
function unfiltered({ rules }: Wanted): object {
  return { ...rules[0], Filter: undefined };
}

/** Whether all desired values are set; additional values from AWS are ignored. */
function holds(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  if (typeof found !== "object" || found === null) return false;
  return Object.entries(wanted).every(
    ([key, value]) => value === undefined || holds((found as Record<string, unknown>)[key], value),
  );
}

type Setter = (client: s3.S3Client, place: Place, wanted: Wanted) => Promise<unknown>;

const setters: Readonly<Record<keyof BucketSettings, Setter>> = {
  private: (client, place, { access }) =>
    client.send(
      new s3.PutPublicAccessBlockCommand({ ...place, PublicAccessBlockConfiguration: access }),
    ),
  ownerOnly: (client, place) =>
    client.send(
      new s3.PutBucketOwnershipControlsCommand({
        ...place,
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      }),
    ),
  encrypted: (client, place, { encryption }) =>
    client.send(
      new s3.PutBucketEncryptionCommand({
        ...place,
        ServerSideEncryptionConfiguration: { Rules: [encryption] },
      }),
    ),
  versioned: (client, place) =>
    client.send(
      new s3.PutBucketVersioningCommand({
        ...place,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    ),
  policed: (client, place, { policy }) =>
    client.send(new s3.PutBucketPolicyCommand({ ...place, Policy: JSON.stringify(policy) })),
  tidied: (client, place, { rules }) =>
    client.send(
      new s3.PutBucketLifecycleConfigurationCommand({
        ...place,
        LifecycleConfiguration: { Rules: rules },
      }),
    ),
  // Tags of other owners stay.
  tagged: async (client, place, { tags }) => {
    const found = await orNothing(client.send(new s3.GetBucketTaggingCommand(place)));
    const others = (found?.TagSet ?? []).filter(({ Key }) => !tags.some((tag) => tag.Key === Key));
    return client.send(
      new s3.PutBucketTaggingCommand({ ...place, Tagging: { TagSet: [...others, ...tags] } }),
    );
  },
};
