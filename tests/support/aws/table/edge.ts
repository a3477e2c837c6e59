import type { AwsResource, AwsTable } from "./types";

/** Types of the edge part. Replacing inputs are those that the provider's documentation marks "Forces new resource". */
export const edgeTypes: AwsTable = {
  "aws:lb/loadBalancer:LoadBalancer": {
    required: ["subnets|subnetMappings"],
    replaceOn: ["name", "internal", "loadBalancerType"],
    outputs: (resource) => {
      const { name, inputs, region } = resource;
      const network = inputs["loadBalancerType"] === "network";
      const arn = balancing(resource, `loadbalancer/${network ? "net" : "app"}/${name}/${serial}`);
      const host = `${inputs["internal"] === true ? "internal-" : ""}${name}-1234567890`;
      return {
        id: arn,
        arn,
        arnSuffix: `${network ? "net" : "app"}/${name}/${serial}`,
        dnsName: network
          ? `${name}-${serial}.elb.${region}.amazonaws.com`
          : `${host}.${region}.elb.amazonaws.com`,
        zoneId: hostedZones[network ? "network" : "application"][region] ?? "Z00000000000000",
      };
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    required: ["port", "protocol", "vpcId"],
    replaceOn: ["name", "port", "protocol", "protocolVersion", "targetType", "vpcId"],
    outputs: (resource) => {
      const suffix = `targetgroup/${resource.name}/${serial}`;
      const arn = balancing(resource, suffix);
      return { id: arn, arn, arnSuffix: suffix };
    },
  },
  "aws:lb/listener:Listener": {
    required: ["loadBalancerArn", "defaultActions", "port", "protocol"],
    replaceOn: ["loadBalancerArn"],
    outputs: (resource) => {
      const arn = balancing(resource, `listener/app/${resource.name}/${serial}/${serial}`);
      return { id: arn, arn };
    },
  },
  "aws:wafv2/webAcl:WebAcl": {
    required: ["scope", "defaultAction", "visibilityConfig"],
    replaceOn: ["name", "scope"],
    outputs: (resource) => ({
      arn: arnOf(resource, "wafv2", `regional/webacl/${resource.name}/${resource.id}`),
      capacity: 1173,
    }),
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": {
    required: ["resourceArn", "webAclArn"],
    replaceOn: ["resourceArn", "webAclArn"],
  },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    required: ["resourceArn", "logDestinationConfigs"],
    replaceOn: ["resourceArn"],
    outputs: ({ inputs }) => ({ id: inputs["resourceArn"] }),
  },
  "aws:acm/certificate:Certificate": {
    required: ["domainName", "validationMethod"],
    replaceOn: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm"],
    outputs: (resource) => {
      const { inputs, id } = resource;
      const arn = arnOf(resource, "acm", `certificate/${id}`);
      const domain = String(inputs["domainName"]);
      const names = [
        domain,
        ...((inputs["subjectAlternativeNames"] as string[] | undefined) ?? []),
      ];
      return { id: arn, arn, status: "PENDING_VALIDATION", ...validation(names) };
    },
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    required: ["certificateArn"],
    replaceOn: ["certificateArn", "validationRecordFqdns"],
  },
  "aws:route53/healthCheck:HealthCheck": {
    required: ["type"],
    replaceOn: ["type", "requestInterval", "measureLatency", "referenceName", "ipAddress"],
    outputs: ({ id }) => ({ arn: `arn:aws:route53:::healthcheck/${id}` }),
  },
  "aws:route53/record:Record": {
    required: ["name", "type", "zoneId", "records|aliases"],
    replaceOn: ["name", "zoneId"],
    outputs: ({ inputs }) => {
      const { zoneId, name, type, setIdentifier } = inputs as Record<string, string | undefined>;
      const identity = [zoneId, name, type, setIdentifier].filter((part) => part !== undefined);
      return { id: identity.join("_"), fqdn: name?.replace(/\.$/, "") };
    },
  },
};

/** What AWS appends to tell one from another. */
const serial = "0123456789abcdef";

function arnOf({ region, account }: AwsResource, service: string, what: string): string {
  return `arn:aws:${service}:${region}:${account}:${what}`;
}

function balancing(resource: AwsResource, what: string): string {
  return arnOf(resource, "elasticloadbalancing", what);
}

/** Of the load balancers' own names, by region: AWS General Reference, "Elastic Load Balancing endpoints". */
const hostedZones: Readonly<Record<"application" | "network", Readonly<Record<string, string>>>> = {
  application: {
    "eu-west-1": "Z32O12XQLNTSW2",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
  },
  network: {
    "eu-west-1": "Z2IFOLAFXWLO4F",
    "us-east-1": "Z26RNL4JYFTOTI",
    "ap-southeast-1": "ZKVM4W9LS7TM",
  },
};

/** ACM asks for one record for a domain and for what is one label below it, in every region the same. */
function validation(names: readonly string[]) {
  return {
    domainValidationOptions: names.map((domainName) => {
      const base = domainName.replace(/^\*\./, "");
      return {
        domainName,
        resourceRecordName: `_3639ac514e785e898d2646601fa951d5.${base}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_98d2646601fa951d53639ac514e785e8.acm-validations.aws.",
      };
    }),
  };
}
