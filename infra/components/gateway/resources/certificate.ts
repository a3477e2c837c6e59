import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import { ofRegion } from "../../../providers/aws/resources/ofRegion";
import type { RegionProviders } from "../../../providers/aws/resources/types";

export interface CertificatesArgs {
  /** Parent domain of the apps' names and of the regions' edges. */
  readonly domain: string;
  /** Zone of the domain. */
  readonly zoneId: pulumi.Input<string>;
  readonly regions: readonly string[];
  readonly providers: RegionProviders;
}

/** TTL of the validation record in seconds. The record never changes. */
const ttl = 300;

/**
 * A certificate in each region for the domain and all names one label below it. ACM renews it as long as its validation record
 * exists. That record is the same for every region and for both names: ACM derives it from domain and account.
 */
export class Certificates extends pulumi.ComponentResource {
  /** ARNs of the validated certificates, by region. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Certificates", name, {}, opts);
    const { domain, zoneId, regions, providers } = args;
    const inRegion = (region: string) => ({
      parent: this,
      provider: ofRegion(providers, region),
    });
    const certificates = regions.map(
      (region) =>
        new acm.Certificate(
          `${region}-certificate`,
          {
            domainName: domain,
            subjectAlternativeNames: [`*.${domain}`],
            validationMethod: "DNS",
          },
          inRegion(region),
        ),
    );
    const [first] = certificates;
    if (first === undefined) throw new RangeError("certificates are for at least one region");
    const asked = first.domainValidationOptions.apply(validationOf);
    const record = new route53.Record(
      `${name}-validation`,
      {
        zoneId,
        name: asked.resourceRecordName,
        type: asked.resourceRecordType,
        records: [asked.resourceRecordValue],
        ttl,
        // An interrupted run leaves the same record.
        allowOverwrite: true,
      },
      { parent: this },
    );
    const validations = certificates.map(
      ({ arn }, i) =>
        new acm.CertificateValidation(
          `${regions[i]}-certificate`,
          { certificateArn: arn, validationRecordFqdns: [record.fqdn] },
          inRegion(regions[i] ?? ""),
        ),
    );
    this.arns = Object.fromEntries(
      validations.map(({ certificateArn }, i) => [regions[i] ?? "", certificateArn]),
    );
    this.registerOutputs({ arns: this.arns });
  }
}

interface ValidationOption {
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

/** The validation record that ACM requires. @throws if the names need different records: one would not be enough. */
export function validationOf(options: readonly ValidationOption[]): ValidationOption {
  const [first, ...others] = options;
  if (first === undefined) throw new RangeError("ACM asks for no record to validate by");
  const other = others.find(
    ({ resourceRecordName }) => resourceRecordName !== first.resourceRecordName,
  );
  if (other === undefined) return first;
  throw new RangeError(
    `ACM asks for ${first.resourceRecordName} and ${other.resourceRecordName}: one was expected`,
  );
}
