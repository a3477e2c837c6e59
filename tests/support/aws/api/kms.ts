import { type ApiAnswer, apiError, type ApiRequest, type ApiState, type Key } from "./exchange";

interface Asked {
  readonly KeyId?: string;
  readonly AliasName?: string;
  readonly TargetKeyId?: string;
  readonly Description?: string;
  readonly Tags?: Key["tags"];
}

export function answerKms(request: ApiRequest, state: ApiState): ApiAnswer {
  const asked = JSON.parse(request.body) as Asked;
  const here = (name: string) => `${request.region} ${name}`;
  const id = asked.KeyId ?? "";
  const arn = id.startsWith("alias/") ? state.aliases.get(here(id)) : id;
  const key = state.keys.find((one) => one.arn === arn && one.region === request.region);
  switch (request.operation) {
    case "CreateKey":
      return create(asked, request.region, state);
    case "ListKeys":
      return ok({ Keys: state.keys.map((one) => ({ KeyId: one.arn, KeyArn: one.arn })) });
    case "CreateAlias": {
      const name = here(asked.AliasName ?? "");
      if (state.aliases.has(name)) return apiError("kms", "AlreadyExistsException", 400);
      state.aliases.set(name, asked.TargetKeyId ?? "");
      return ok({});
    }
  }
  if (key === undefined) return apiError("kms", "NotFoundException", 400);
  switch (request.operation) {
    case "DescribeKey":
      return ok({ KeyMetadata: metadataOf(key) });
    case "GetKeyRotationStatus":
      return ok({ KeyRotationEnabled: key.rotates });
    case "EnableKeyRotation":
      key.rotates = true;
      return ok({});
  }
  return apiError("kms", "UnknownOperationException", 400, request.operation);
}

function create({ Description = "", Tags = [] }: Asked, region: string, state: ApiState) {
  const arn = `arn:aws:kms:${region}:${state.accountId}:key/key-${state.keys.length + 1}`;
  const key: Key = {
    arn,
    region,
    description: Description,
    tags: Tags,
    state: "Enabled",
    rotates: false,
  };
  state.keys.push(key);
  return ok({ KeyMetadata: metadataOf(key) });
}

function metadataOf({ arn, description, state }: Key) {
  return { KeyId: arn.split("/")[1], Arn: arn, Description: description, KeyState: state };
}

function ok(body: object): ApiAnswer {
  return { code: 200, body: JSON.stringify(body) };
}
