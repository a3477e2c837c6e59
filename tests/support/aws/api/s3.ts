import { type ApiAnswer, apiError, type ApiRequest, type ApiState, type Bucket } from "./exchange";

/** What AWS answers where a part was never put. */
const nothing: Readonly<Record<string, string>> = {
  publicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
  ownershipControls: "OwnershipControlsNotFoundError",
  encryption: "ServerSideEncryptionConfigurationNotFoundError",
  policy: "NoSuchBucketPolicy",
  lifecycle: "NoSuchLifecycleConfiguration",
  tagging: "NoSuchTagSet",
};

export function answerS3(request: ApiRequest, state: ApiState): ApiAnswer {
  const name = request.path.split("/")[1] ?? "";
  const bucket = state.buckets.get(name);
  if (request.operation === "CreateBucket") return create(request, state, name, bucket);
  if (bucket === undefined) return apiError("s3", "NoSuchBucket", 404);
  const expected = request.headers["x-amz-expected-bucket-owner"];
  if (bucket.owner !== expected) return apiError("s3", "AccessDenied", 403);
  const headers = { "x-amz-bucket-region": bucket.region };
  if (bucket.region !== request.region) {
    return { ...apiError("s3", "PermanentRedirect", 301), headers };
  }
  if (request.operation === "HeadBucket") return { code: 200, headers };
  const part = [...request.query.keys()].find((key) => key !== "x-id") ?? "";
  if (request.method === "PUT") {
    bucket.parts.set(part, request.body);
    return { code: 200 };
  }
  const body = bucket.parts.get(part);
  if (body !== undefined) return { code: 200, body };
  if (part === "versioning") return { code: 200, body: "<VersioningConfiguration/>" };
  return apiError("s3", nothing[part] ?? "NoSuchKey", 404);
}

function create(
  { body, region }: ApiRequest,
  { buckets, accountId }: ApiState,
  name: string,
  existing: Bucket | undefined,
): ApiAnswer {
  if (existing !== undefined) {
    const own = existing.owner === accountId;
    return apiError("s3", own ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists", 409);
  }
  const [, constraint = "us-east-1"] = /<LocationConstraint>([^<]+)</.exec(body) ?? [];
  if (constraint !== region) return apiError("s3", "IllegalLocationConstraintException", 400);
  buckets.set(name, { region, owner: accountId, parts: new Map() });
  return { code: 200 };
}
