import type { AccessConfig, SsoConfig } from "../../../config/types";

/** Argo CD's own files about people: who is let in, and what each may do. */
export interface Admission {
  /** Part of `argocd-cm`. */
  readonly settings: Readonly<Record<string, string>>;
  /** `argocd-rbac-cm`. */
  readonly policy: Readonly<Record<string, string>>;
}

/** Roles of the shop's project (apps/bootstrap/project.yaml), by who has them. */
const projectRoles = {
  operators: "proj:shop:operator",
  developers: "proj:shop:developer",
} as const satisfies Partial<Record<keyof AccessConfig, string>>;

/** Nobody has a password: people come by the sign-on, the program by the cluster's own API. */
const noPasswords = { "admin.enabled": "false" } as const;

/** Everybody who reaches it may read, and nobody may change anything: for one machine, on its loopback address. */
export const readersOnly: Admission = {
  settings: { ...noPasswords, "users.anonymous.enabled": "true" },
  policy: { "policy.default": "role:readonly" },
};

/** Without a sign-on it is reached through kubectl only, by who administers the cluster anyway. */
export const behindKubectl: Admission = {
  settings: {},
  policy: { "policy.default": "role:readonly" },
};

/**
 * Whoever the identity provider knows is let in, and may do what the groups say; without a group, nothing.
 * @param url where people reach Argo CD: the identity provider sends them back there.
 */
export function signOn(sso: SsoConfig, access: AccessConfig | undefined, url: string): Admission {
  const { issuer, clientId, scopes, groupsClaim } = sso;
  const oidc = {
    name: "SSO",
    issuer,
    clientID: clientId,
    // Proof of possession instead of a client's secret: there is none to keep, and none to lose.
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
