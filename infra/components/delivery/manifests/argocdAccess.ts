import type { AccessConfig, SsoConfig } from "../../../config/types";

/** Argo CD's authentication and authorization settings. */
export interface Admission {
  /** Part of `argocd-cm`. */
  readonly settings: Readonly<Record<string, string>>;
  /** `argocd-rbac-cm`. */
  readonly policy: Readonly<Record<string, string>>;
}

/** Roles of the shop's project (apps/bootstrap/project.yaml), by the access list that grants them. */
const projectRoles = {
  operators: "proj:shop:operator",
  developers: "proj:shop:developer",
} as const satisfies Partial<Record<keyof AccessConfig, string>>;

/** There are no passwords: users authenticate by single sign-on, the program uses the cluster's API. */
const noPasswords = { "admin.enabled": "false" } as const;

/** Read-only access for every client: for one machine, on its loopback address. */
export const readersOnly: Admission = {
  settings: { ...noPasswords, "users.anonymous.enabled": "true" },
  policy: { "policy.default": "role:readonly" },
};

/** Without single sign-on, only cluster administrators reach it, through kubectl. */
export const behindKubectl: Admission = {
  settings: {},
  policy: { "policy.default": "role:readonly" },
};

/**
 * Every user of the identity provider may sign in. Groups grant the permissions; a user without a group has none.
 * @param url Argo CD's URL for users: the identity provider redirects them there.
 */
export function signOn(sso: SsoConfig, access: AccessConfig | undefined, url: string): Admission {
  const { issuer, clientId, scopes, groupsClaim } = sso;
  const oidc = {
    name: "SSO",
    issuer,
    clientID: clientId,
    // PKCE replaces a client secret, so there is none to store or leak.
    enablePKCEAuthentication: true,
    requestedScopes: scopes,
  };
  return {
    settings: { ...noPasswords, url, "oidc.config": JSON.stringify(oidc) },
    policy: {
      "policy.default": "",
      "policy.csv": grants(access).join("\n"),
      scopes: `[${groupsClaim}]`,
    },
  };
}

/** One line for each group and role. */
function grants(access: AccessConfig | undefined): string[] {
  if (access === undefined) return [];
  const roles = { admins: "role:admin", ...projectRoles };
  return Object.entries(roles).flatMap(([who, role]) =>
    access[who as keyof AccessConfig].map((group) => `g, ${group}, ${role}`),
  );
}
