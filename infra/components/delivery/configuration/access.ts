import { z } from "zod";
import { option } from "../../../config/option";

/** Argo CD inserts them into a policy of comma-separated lines, so only characters without a special meaning are allowed. */
const group = option(
  z.string().regex(/^[A-Za-z0-9](?:[\w.@:/+= -]{0,198}[\w.@:/+=-])?$/),
  "A group, as the sign-on calls it.",
  {
    expected: "the name or id of a group: letters, digits, spaces and . _ @ : / + = -",
    remedy: "Write the group as the identity provider sends it, e.g. shop-developers.",
  },
);

const groups = (description: string) =>
  option(z.array(group).default([]), description, {
    expected: "a list of groups",
    remedy: "Write [shop-developers], or leave it out.",
  });

/** Access control of Argo CD. apps/bootstrap/project.yaml defines the permissions of the roles. */
export const accessSchema = option(
  z
    .strictObject({
      admins: groups("They may change all that Argo CD has."),
      operators: groups("They may also override, restart and delete the shop's apps."),
      developers: groups("They may see the shop's apps and their logs, and sync them."),
    })
    .optional(),
  "Which groups of the sign-on may do what in Argo CD. A person in none of them sees nothing. Default: none.",
  {
    expected: "a map of admins, operators, developers",
    remedy: "Write access: { admins: [platform], developers: [shop-developers] }, or leave it out.",
  },
);

/** Sign-on to Argo CD by OpenID Connect with PKCE: no client secret needs to be stored. */
export const ssoSchema = option(
  z
    .strictObject({
      issuer: option(
        z.string().regex(/^https:\/\/[^\s@?#]+$/),
        "URL of the identity provider, as its own configuration says.",
        { expected: "an https URL", remedy: "Write issuer: https://login.example.com/realm." },
      ),
      clientId: option(
        z.string().regex(/^[\w.@:/+=-]{1,200}$/),
        "Id of the client that the identity provider has for Argo CD: a public one, with PKCE (S256).",
        {
          expected: "the client's id, which is no secret",
          remedy: "Write clientId: argocd, as the identity provider shows it.",
        },
      ),
      scopes: option(
        z
          .array(
            option(z.string().regex(/^[\w.:/-]{1,200}$/), "A scope.", {
              expected: "the name of a scope",
              remedy: "Write [openid, profile, email].",
            }),
          )
          .default(["openid", "profile", "email", "groups"]),
        "What is asked of the identity provider. Some refuse the scope groups. Default: openid, profile, email, groups.",
        { expected: "a list of scopes", remedy: "Write [openid, profile, email]." },
      ),
      groupsClaim: option(
        z
          .string()
          .regex(/^[\w.:/-]{1,200}$/)
          .default("groups"),
        "Claim of a token that has the groups. Default: groups.",
        { expected: "the name of a claim", remedy: "Write groupsClaim: groups, or leave it out." },
      ),
    })
    .optional(),
  "Sign-on to Argo CD on the hub, which is then reached at https://argocd.<traffic.domain>. Default: it is not reached from outside.",
  {
    expected: "a map of issuer, clientId, scopes, groupsClaim",
    remedy: "Write sso: { issuer: https://login.example.com, clientId: argocd }, or leave it out.",
  },
);
