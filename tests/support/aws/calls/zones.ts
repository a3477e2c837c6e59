import type { HostedZoneFacts } from "../facts";
import type { Asked, DataSource } from "./types";

/** Hosted zones that exist already. */
export const zoneCalls: Readonly<Record<string, DataSource>> = {
  "aws:route53/getZones:getZones": (_args, asked) => ({
    id: asked.region,
    ids: zonesOf(asked).map(({ id }) => id),
  }),
  "aws:route53/getZone:getZone": (args, asked) => {
    const wanted = `${(args["name"] as string | undefined) ?? ""}`.replace(/\.$/, "");
    const found = zonesOf(asked).filter(
      (zone) =>
        (args["zoneId"] === undefined ? zone.name === wanted : zone.id === args["zoneId"]) &&
        (zone.private ?? false) === (args["privateZone"] ?? false),
    );
    if (found.length > 1) throw new Error("multiple Route 53 Hosted Zones matched");
    if (found[0] === undefined) throw new Error("no matching Route 53 Hosted Zone found");
    return describe(found[0]);
  },
};

/** Those that were there before, and those that the stand-in has made. */
function zonesOf({ facts, made }: Asked): HostedZoneFacts[] {
  const own = made
    .filter(({ type }) => type === "aws:route53/zone:Zone")
    .map(({ id, properties }) => ({
      id: (properties["zoneId"] as string | undefined) ?? id,
      name: properties["name"] as string,
      private: properties["vpcs"] !== undefined,
    }));
  return [...facts.hostedZones, ...own];
}

function describe({ id, name, private: isPrivate = false }: HostedZoneFacts) {
  const nameServers = [1, 2, 3, 4].map((number) => `ns-${number}.awsdns-0${number}.org`);
  return {
    id,
    zoneId: id,
    arn: `arn:aws:route53:::hostedzone/${id}`,
    name,
    nameServers,
    primaryNameServer: nameServers[0],
    privateZone: isPrivate,
    callerReference: "",
    comment: "",
    resourceRecordSetCount: 2,
    tags: {},
  };
}
