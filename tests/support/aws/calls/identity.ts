import type { DataSource } from "./types";

const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

/** The account's OIDC provider for an issuer: one that was there before, or one that the stand-in has made. */
export const identityCalls: Readonly<Record<string, DataSource>> = {
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": (args, { facts, made, account }) => {
    const url = String(args["url"]);
    const own = made.find((one) => one.type === type && one.properties["url"] === url);
    const audiences = own?.properties["clientIdLists"] ?? facts.githubProvider?.audiences;
    // In the provider's own words.
    if (audiences === undefined)
      throw new Error(`finding IAM OIDC Provider by url (${url}): not found`);
    const arn = `arn:aws:iam::${account}:oidc-provider/${url.replace("https://", "")}`;
    return {
      ...{ id: arn, arn, url, clientIdLists: audiences, thumbprintLists: [] },
      tags: own?.tags ?? {},
    };
  },
};
