import { isReported, type Row } from "./rows";
import { sound, soundAws } from "./sample";

const sso = { issuer: "https://login.test/realm", clientId: "argocd" };

const delivery: Row[] = [
  ["no repository", from({ repository: "" }), "meridian:delivery.repository", /its URL/],
  ["a folder", from({ repository: "../x" }), "meridian:delivery.repository", /its URL/],
  [
    "credentials",
    from({ repository: "https://me:hunter2@example.com/x" }),
    "meridian:delivery.repository",
    /password out/,
  ],
  ["no branch", follow({ branch: "" }), track("branch"), /main/],
  ["an option", follow({ branch: "--upload-pack=x" }), track("branch"), /main/],
  ["two commits", follow({ branch: "a..b" }), track("branch"), /main/],
  ["no track", follow({}), track(), /branch: main, or tags/],
  ["two tracks", follow({ branch: "main", tags: "*" }), track("branch"), /one of the two/],
  [
    "approval of a branch",
    follow({ branch: "main", approval: "none" }),
    track("approval"),
    /Remove/,
  ],
  ["a branch after", follow({ branch: "main", after: "staging" }), track("after"), /Remove/],
  ["approval by nobody", follow({ tags: "*", approval: "maybe" }), track("approval"), /required/],
  ["after nothing", follow({ tags: "*", after: "" }), track("after"), /staging/],
  ...["", "v1.0.0", "1.0.0", "1.2", ">=1.0.0-0", ">=1,<2", "newest", "1.0.0 -"].map((tags): Row => [
    `tags ${tags}`,
    follow({ tags }),
    track("tags"),
    />=1\.0\.0/,
  ]),
  ["overlays", from({ overlays: "../x" }), "meridian:delivery.overlays", /staging/],
  ["a day", frozen({ from: "2026-12-20" }), freeze("from"), /with a Z/],
  ["an hour elsewhere", frozen({ to: "2026-12-20T18:00:00+02:00" }), freeze("to"), /with a Z/],
  ["no reason", frozen({ reason: " " }), freeze("reason"), /why/],
  ["backwards", frozen({ to: "2026-12-20T17:59:59Z" }), freeze("to"), /Correct from or to/],
  ["no tag", { ...follow({ tags: "*" }), release: "1.2.3" }, "meridian:release", /v1\.2\.3/],
  ["a pre-release", released("v2.0.0-rc.1"), "meridian:release", /another tag/],
  ["a tag out of range", released("v1.9.0"), "meridian:release", /widen/],
  ["a release of a branch", { ...sound(), release: "v2.0.0" }, "meridian:release", /Remove it/],
  [
    "a release that nobody approves",
    { ...follow({ tags: "*", approval: "none" }), release: "v2.0.0" },
    "meridian:release",
    /Remove it/,
  ],
  ["no reason for it", { ...sound(), breakGlass: "" }, "meridian:breakGlass", /reason/],
  ["a sign-on to local", from({ sso }), "meridian:delivery.sso", /every user of this machine/],
  [
    "groups of nobody",
    onAws({ access: { admins: ["platform"] } }),
    "meridian:delivery.access",
    /delivery.sso, too/,
  ],
  ...["", "a,b", 'a"', "a\n", "# a", " a", "a ", "ä"].map((name): Row => [
    `the group ${JSON.stringify(name)}`,
    onAws({ sso, access: { developers: ["fine", name] } }),
    "meridian:delivery.access.developers[1]",
    /as the identity provider sends it/,
  ]),
  [
    "an issuer without TLS",
    onAws({ sso: { ...sso, issuer: "http://login.test" } }),
    "meridian:delivery.sso.issuer",
    /https/,
  ],
  [
    "a client secret",
    onAws({ sso: { ...sso, clientSecret: "hunter2" } }),
    "meridian:delivery.sso.clientSecret",
    /Remove it/,
  ],
  [
    "no client",
    onAws({ sso: { issuer: sso.issuer } }),
    "meridian:delivery.sso.clientId",
    /clientId/,
  ],
  [
    "scopes in one text",
    onAws({ sso: { ...sso, scopes: ["openid email"] } }),
    "meridian:delivery.sso.scopes[0]",
    /openid/,
  ],
  ["poll 0", from({ pollSeconds: 0 }), "meridian:delivery.pollSeconds", /seconds/],
];

function from(fields: Record<string, unknown>) {
  return { ...sound(), delivery: fields };
}

function onAws(fields: Record<string, unknown>) {
  const repository = "https://git.test/owner/name";
  return soundAws({}, { delivery: { repository, ...fields } });
}

function follow(fields: Record<string, unknown>) {
  return from({ track: fields });
}

function track(key?: string) {
  return `meridian:delivery.track${key === undefined ? "" : `.${key}`}`;
}

function released(tag: string) {
  return { ...follow({ tags: ">=2.0.0" }), release: tag };
}

function frozen(fields: Record<string, unknown>) {
  const sound = { from: "2026-12-20T18:00:00Z", to: "2026-12-21T18:00:00Z", reason: "holidays" };
  return from({ freezes: [{ ...sound, ...fields }] });
}

function freeze(key: string) {
  return `meridian:delivery.freezes[0].${key}`;
}

describe("mistakes in what is delivered", () => delivery.forEach(isReported));
