import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import {
  behindKubectl,
  readersOnly,
  signOn,
} from "../../../infra/components/delivery/manifests/argocdAccess";
import { argocdSettings } from "../../../infra/components/delivery/manifests/argocd";
import { argocdValues } from "../../../infra/components/delivery/manifests/argocdChart";
import { at, list } from "../../../infra/plan/kubeObject";
import { planOf, small } from "../../support/plan";

const sso = {
  issuer: "https://login.test/realm",
  clientId: "argocd",
  scopes: ["openid", "email"],
  groupsClaim: "roles",
};
const access = { admins: ["platform"], operators: ["on call", "sre"], developers: ["shop"] };
const url = "https://argocd.shop.example.com";

const rolesText = readFileSync(join(__dirname, "../../../apps/bootstrap/project.yaml"), "utf8");
const project: unknown = parseAllDocuments(rolesText)[0]?.toJS();

describe("Who is let in to Argo CD", () => {
  it("is, with a sign-on, whoever has a group, and by PKCE: there is no secret and no password", () => {
    const { settings, policy } = signOn(sso, access, url);
    assert.deepEqual(JSON.parse(settings["oidc.config"] ?? ""), {
      name: "SSO",
      issuer: "https://login.test/realm",
      clientID: "argocd",
      enablePKCEAuthentication: true,
      requestedScopes: ["openid", "email"],
    });
    assert.equal(settings["url"], url);
    assert.equal(settings["admin.enabled"], "false");
    assert.equal(settings["users.anonymous.enabled"], undefined);
    assert.deepEqual(policy, {
      "policy.default": "",
      "policy.csv": [
        "g, platform, role:admin",
        "g, on call, proj:shop:operator",
        "g, sre, proj:shop:operator",
        "g, shop, proj:shop:developer",
      ].join("\n"),
      scopes: "[roles]",
    });
  });

  it("is nobody without a group", () => {
    assert.equal(signOn(sso, undefined, url).policy["policy.csv"], "");
    assert.equal(signOn(sso, undefined, url).policy["policy.default"], "");
  });

  it("is, on one machine, everybody, to read", () => {
    assert.deepEqual(readersOnly, {
      settings: { "admin.enabled": "false", "users.anonymous.enabled": "true" },
      policy: { "policy.default": "role:readonly" },
    });
  });
});

describe("Argo CD's chart", () => {
  const of = (delivery: object, door?: Parameters<typeof argocdValues>[1]) => {
    const all = { ...planOf([small("eu-west-1")]).delivery, ...delivery };
    return { ...argocdValues(all, door).configs, plain: argocdSettings(all) };
  };

  it("has the sign-on and the git server's secret where there is a door", () => {
    const { cm, rbac, secret, plain } = of({ sso, access }, { url, webhookSecret: "hunter2" });
    const { settings, policy } = signOn(sso, access, url);
    assert.deepEqual(cm, { ...plain, ...settings });
    assert.deepEqual(rbac, policy);
    assert.deepEqual(secret, { githubSecret: "hunter2" });
  });

  it("has neither without", () => {
    const { cm, rbac, plain, ...others } = of({});
    assert.deepEqual([cm, rbac], [plain, behindKubectl.policy]);
    assert.ok(!("secret" in others));
  });
});

describe("The roles of the shop's project", () => {
  const policies = (role: string) =>
    list(at(project, "spec.roles"))
      .filter((one) => at(one, "name") === role)
      .flatMap((one) => list(at(one, "policies")).map(String));
  const rights = (role: string) =>
    policies(role).map((line) => {
      const [, , what, action] = line.split(", ");
      return `${what} ${action}`;
    });
  const developer = ["applications get", "applications sync", "logs get"];

  it("let developers see and sync", () => {
    assert.deepEqual(rights("developer"), developer);
  });

  it("let operators do more, but not change what git decides, nor confirm that data goes", () => {
    assert.deepEqual(rights("operator"), [
      ...developer,
      "applications override",
      "applications action/*",
      "applications delete",
      "applications delete/*",
    ]);
  });

  it("are the ones that groups are given, and reach no other project", () => {
    const names = list(at(project, "spec.roles")).map((one) => String(at(one, "name")));
    const given = (signOn(sso, access, url).policy["policy.csv"] ?? "").split("\n");
    const roles = new Set(
      given.map((line) => line.split(", ")[2]).filter((one) => /^proj/.test(one ?? "")),
    );
    assert.deepEqual([...roles].sort(), names.map((name) => `proj:shop:${name}`).sort());
    for (const name of names)
      for (const line of policies(name))
        assert.match(line, new RegExp(`^p, proj:shop:${name}, \\w+, [\\w/*]+, shop/\\*, allow$`));
  });
});
