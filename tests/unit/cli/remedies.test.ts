import * as assert from "node:assert/strict";
import { isTemporary } from "../../../infra/components/federation/temporaryRefusals";
import { isFinal, remedyFor } from "../../../operations/status/remedies";

/** As servers word them. */
const temporary = [
  'admission webhook "gate" denied the request: Rollout cart is not created yet: the gate cannot learn which version runs. Karmada tries again',
  'deployments.apps "cart" is forbidden: unable to create new content in namespace cart because it is being terminated',
  'Operation cannot be fulfilled on services "cart": the object has been modified',
  'configmaps is forbidden: User "system:serviceaccount:karmada:karmada" cannot create resource "configmaps" in API group ""',
  'pods "cart-1" is forbidden: error looking up service account cart/cart: serviceaccount "cart" not found',
  "the informer of cluster(eu-west-1) has not been initialized",
  'no matches for kind "Rollout" in version "argoproj.io/v1alpha1"',
  "failed to load initial state of resource Rollout.argoproj.io: the server could not find the requested resource",
];
/** They may end without a change in git, but not by a retry alone. */
const lasting = [
  'failed calling webhook "w": x509: certificate signed by unknown authority',
  "0/6 nodes are available: 6 Insufficient cpu.",
];
const final: readonly (readonly [string, RegExp])[] = [
  ["resource :Secret is not permitted in project shop", /Use a kind/],
  ['Service "a" is invalid: spec.clusterIPs[0]: may not change once set', /Restore the field/],
  ['pods "a" is forbidden: exceeded quota: few, requested: pods=1', /raise the quota/],
  ['pods "a" is forbidden: violates PodSecurity "restricted:latest"', /Fix the object/],
  ['CreateContainerConfigError: configmap "a" not found', /Create the object or key/],
  ["CreateContainerConfigError: couldn't find key b in Secret shop/a", /Create the object or key/],
  [
    'MountVolume.SetUp failed for volume "v" : [secret "a" not found, configmap "b" not found]',
    /Create the object or key/,
  ],
  ["InvalidImageName: Failed to apply default image tag", /Fix the image in git/],
  ['Service "a" is invalid: spec.ports[1].name: Duplicate value: "http"', /Fix the object/],
];

describe("The refusal of a server", () => {
  for (const message of temporary)
    it(`may end by a retry: ${message.slice(0, 60)}`, () =>
      assert.deepEqual([isFinal(message), isTemporary(message)], [false, true]));

  for (const message of lasting)
    it(`may end without a change in git: ${message.slice(0, 60)}`, () =>
      assert.deepEqual([isFinal(message), isTemporary(message)], [false, false]));

  for (const [message, remedy] of final)
    it(`stays until somebody changes something: ${message.slice(0, 60)}`, () => {
      assert.equal(isFinal(message), true);
      assert.match(remedyFor(message) ?? "", remedy);
    });

  it("that is not known is waited for, without a remedy", () =>
    assert.deepEqual([isFinal("odd"), remedyFor("odd")], [false, undefined]));
});
