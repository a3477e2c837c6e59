import {
  idOfSubnet,
  type Invariant,
  leaves,
  ofType,
  statementsOf,
  subnetIds,
  subnets,
  texts,
  tierOf,
} from "./registrations";

/** What must hold of every environment on AWS, whatever it is configured to be. */

export type { Invariant };
export * from "./invariantsOfLife";
export * from "./invariantsOfStart";
export * from "./invariantsOfTargets";

const world = "0.0.0.0/0";

/** A resource named after a region is in it; one named after two, in one of them. Records are of no region. */
export const liveInTheirRegion: Invariant = (registered) => {
  const regions = ofType(registered, "pulumi:providers:aws").map(({ name }) => name);
  return registered
    .filter(({ type }) => type.startsWith("aws:") && !/route53|[pP]eering/.test(type))
    .flatMap(({ id, name, provider }) => {
      if (provider === undefined) return [`${id} has no provider`];
      const named = regions.filter((region) => `-${name}-`.includes(`-${region}-`));
      return named.length === 0 || named.includes(provider) ? [] : [`${id} is in ${provider}`];
    });
};

export const haveBucketsThatAreSafe: Invariant = (registered) =>
  ofType(registered, "aws:s3/bucket:Bucket").flatMap(({ id, parent }) => {
    const part = (type: string) =>
      registered.find((each) => each.parent === parent && each.type === `aws:s3/${type}`)?.inputs;
    const access = part("bucketPublicAccessBlock:BucketPublicAccessBlock") ?? {};
    const isPrivate = [
      "blockPublicAcls",
      "blockPublicPolicy",
      "ignorePublicAcls",
      "restrictPublicBuckets",
    ].every((key) => access[key] === true);
    const encryption = part(
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    const isEncrypted = /"sseAlgorithm":"(AES256|aws:kms)"/.test(JSON.stringify(encryption ?? {}));
    const refusesPlain = statementsOf(part("bucketPolicy:BucketPolicy")?.["policy"]).some(
      ({ Effect, Action, Condition }) =>
        Effect === "Deny" &&
        Action.includes("s3:*") &&
        Condition?.["Bool"]?.["aws:SecureTransport"] === "false",
    );
    return [
      ...(isPrivate ? [] : [`${id} is not private`]),
      ...(isEncrypted ? [] : [`${id} is not encrypted`]),
      ...(refusesPlain ? [] : [`${id} takes requests without TLS`]),
    ];
  });

/** Databases and caches have no way out, and no address of the world's. */
export const keepDataInside: Invariant = (registered) => {
  const isolated = new Set(subnetIds(registered, "isolated"));
  const outside = [
    ...ofType(registered, "aws:rds/subnetGroup:SubnetGroup"),
    ...ofType(registered, "aws:elasticache/subnetGroup:SubnetGroup"),
  ].filter(({ inputs }) => !texts(inputs["subnetIds"]).every((id) => isolated.has(id)));
  const open = ofType(registered, "aws:rds/clusterInstance:ClusterInstance").filter(
    ({ inputs }) => inputs["publiclyAccessible"] !== false,
  );
  const plain = [
    ...ofType(registered, "aws:rds/cluster:Cluster").filter(
      ({ inputs }) => inputs["storageEncrypted"] !== true || inputs["kmsKeyId"] === undefined,
    ),
    ...ofType(registered, "aws:elasticache/replicationGroup:ReplicationGroup").filter(
      ({ inputs }) =>
        inputs["atRestEncryptionEnabled"] !== true || inputs["transitEncryptionEnabled"] !== true,
    ),
  ];
  return [
    ...outside.map(({ id }) => `${id} has a subnet that is not isolated`),
    ...open.map(({ id }) => `${id} is public`),
    ...plain.map(({ id }) => `${id} is not encrypted`),
  ];
};

/** The workflows' own roles make roles, which the boundary forbids. */
export const bindEveryRole: Invariant = (registered) =>
  ofType(registered, "aws:iam/role:Role")
    .filter(({ parent }) => parent !== "meridian:aws:GithubAccess github")
    .filter(
      ({ inputs }) => !/:policy\/meridian-.*-boundary$/.test(String(inputs["permissionsBoundary"])),
    )
    .map(({ id }) => `${id} has no boundary`);

/** Quotas of AWS, characters without the spaces between words. */
const longestPolicy: Readonly<Record<string, number>> = {
  assumeRolePolicy: 2_048,
  "aws:iam/rolePolicy:RolePolicy": 10_240,
  "aws:iam/policy:Policy": 6_144,
  "aws:s3/bucketPolicy:BucketPolicy": 20_480,
  "aws:sns/topicPolicy:TopicPolicy": 30_720,
  "aws:kms/key:Key": 32_768,
  "aws:kms/replicaKey:ReplicaKey": 32_768,
};

/**
 * Nobody may do everything with everything, nor all of a service with everything of it: but for the boundary, which gives
 * no right by itself, for who deploys, and for an account and its own key. Whoever names anybody names a condition.
 */
export const allowNoMoreThanNeeded: Invariant = (registered) =>
  registered.flatMap(({ id, type, name, inputs }) =>
    ["policy", "assumeRolePolicy"].flatMap((property) => {
      const text = inputs[property];
      if (typeof text !== "string" || !text.includes('"Statement"')) return [];
      const most = longestPolicy[property] ?? longestPolicy[type];
      const wide = type.startsWith("aws:kms/") || ["boundary", "github-deploy"].includes(name);
      return [
        ...(most === undefined ? [`${id}: how long may its policy be?`] : []),
        ...(text.length > (most ?? 0) ? [`${id}: ${text.length} characters of policy`] : []),
        ...statementsOf(text)
          .filter(({ Effect }) => Effect === "Allow")
          .flatMap(({ Sid, Action, Resource = [], Principal, Condition }) => {
            const all = Resource.includes("*") && Condition === undefined;
            const anybody = JSON.stringify(Principal ?? "").includes('"*"');
            return [
              ...(Action.includes("*") ? [`${id} ${Sid}: every action`] : []),
              ...(all && !wide && Action.some((action) => action.endsWith(":*"))
                ? [`${id} ${Sid}: all of a service, with everything`]
                : []),
              ...(anybody && Condition === undefined ? [`${id} ${Sid}: anybody`] : []),
            ];
          }),
      ];
    }),
  );

export const putLoadBalancersWhereTheyBelong: Invariant = (registered) =>
  ofType(registered, "aws:lb/loadBalancer:LoadBalancer").flatMap(
    ({ id, inputs, provider = "" }) => {
      const tier = inputs["internal"] === true ? "private" : "public";
      const own = subnetIds(registered, tier, provider);
      const found = texts(inputs["subnets"]);
      const right = found.length === own.length && found.every((each) => own.includes(each));
      return right ? [] : [`${id} is not in the ${tier} subnets of ${provider}`];
    },
  );

export const routeEachSubnetOnce: Invariant = (registered) => {
  const associated = ofType(registered, "aws:ec2/routeTableAssociation:RouteTableAssociation").map(
    ({ inputs }) => inputs["subnetId"],
  );
  return subnets(registered).flatMap((subnet) => {
    const times = associated.filter((id) => id === idOfSubnet(subnet)).length;
    return times === 1 ? [] : [`${subnet.id} is in ${times} route tables`];
  });
};

/** As many subnets of each tier in every zone, of the same size. */
export const balanceZones: Invariant = (registered) => {
  const kinds = new Map<string, string[]>();
  for (const { inputs, provider } of subnets(registered)) {
    const kind = `${tierOf(inputs)} subnets of ${provider}`;
    const size = String(inputs["cidrBlock"]).split("/")[1];
    kinds.set(kind, [...(kinds.get(kind) ?? []), `${String(inputs["availabilityZone"])} /${size}`]);
  }
  return [...kinds].flatMap(([kind, found]) => {
    const sizes = new Set(found.map((each) => each.split(" ")[1]));
    const even = new Set(found).size === found.length && sizes.size === 1 && found.length >= 2;
    return even ? [] : [`${kind}: ${found.join(", ")}`];
  });
};

/** The edge takes the world's requests; nothing else does, by whatever rule. */
export const openOnlyTheEdge: Invariant = (registered) => [
  ...registered
    .filter(
      ({ type, inputs }) => /SecurityGroupIngressRule$/.test(type) && inputs["cidrIpv4"] === world,
    )
    .filter(
      ({ inputs, name }) =>
        !(name.includes("-edge-from-world-") && [80, 443].includes(inputs["fromPort"] as number)),
    )
    .map(({ id }) => `${id} lets the world in`),
  ...ofType(registered, "aws:eks/cluster:Cluster")
    .filter(({ inputs }) => {
      const { endpointPublicAccess, publicAccessCidrs } = inputs["vpcConfig"] as Record<
        string,
        unknown
      >;
      const named = texts(publicAccessCidrs);
      return endpointPublicAccess === true && (named.length === 0 || named.includes(world));
    })
    .map(({ id }) => `${id} answers the world`),
];

export const areToldApart: Invariant = (registered) => {
  const places = registered.map(({ id, parent }) => `${id} below ${parent}`);
  return places.filter((place, index) => places.indexOf(place) !== index);
};

/** Passwords are looked for wherever they may have come to, kubeconfigs and the like by the name of the input. */
export const keepSecrets: Invariant = (registered) => {
  const passwords = ofType(registered, "aws:secretsmanager/secretVersion:SecretVersion").flatMap(
    ({ inputs }) =>
      Object.entries(JSON.parse(String(inputs["secretString"])) as Record<string, string>)
        .filter(([key]) => /password/i.test(key))
        .map(([, value]) => value),
  );
  return registered.flatMap(({ id, inputs, secrets }) =>
    leaves(inputs, "")
      .filter(
        ([path, value]) =>
          /(password|secretString|kubeconfig|stringData)$/i.test(path.replace(/\[\d+\]$/, "")) ||
          passwords.some((password) => value.includes(password)),
      )
      .filter(([path]) => !secrets.some((secret) => path === secret || path.startsWith(secret)))
      .map(([path]) => `${id}: ${path} is in plain text`),
  );
};
