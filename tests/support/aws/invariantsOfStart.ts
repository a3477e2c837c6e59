import { at } from "../../../infra/plan/kubeObject";
import type { Registered } from "../engine";
import { type Invariant, ofType, texts } from "./registrations";

const associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/**
 * Pods that use an identity start after its association: a pod that starts before has no credentials until it is restarted. The pods are
 * those of a workload with the service account, or of a chart whose values or release have its name.
 */
export const startWithTheirIdentity: Invariant = (registered) =>
  ofType(registered, associationType).flatMap((association) => {
    const users = registered.filter((each) => uses(each, association));
    if (users.length === 0) return [`${association.id} is used by no pod`];
    return users
      .filter(({ dependsOn }) => !dependsOn.includes(association.id))
      .map(({ id }) => `${id} does not wait for ${association.id}`);
  });

function uses(one: Registered, { inputs, deletedWith }: Registered): boolean {
  const { namespace, serviceAccount } = inputs;
  if (one.deletedWith !== deletedWith) return false;
  if (one.type === "kubernetes:helm.sh/v3:Release")
    return (
      one.inputs["namespace"] === namespace &&
      (one.inputs["name"] === serviceAccount ||
        JSON.stringify(one.inputs["values"]).includes(`"name":"${String(serviceAccount)}"`))
    );
  return (
    at(one.inputs, "metadata.namespace") === namespace &&
    JSON.stringify(one.inputs).includes(`"serviceAccountName":"${String(serviceAccount)}"`)
  );
}

/** Alarms notify a topic of their own region that has recipients and admits CloudWatch, and they report their end, too. */
export const tellOfEveryAlarm: Invariant = (registered) =>
  ofType(registered, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap((alarm) => {
    const actions = ["alarmActions", "okActions"].map((field) => texts(alarm.inputs[field]));
    return actions.every((topics) => topics.some((arn) => isHeard(registered, arn, alarm)))
      ? []
      : [`${alarm.id} has no topic with a subscriber`];
  });

function isHeard(registered: readonly Registered[], arn: string, alarm: Registered): boolean {
  const regionOfTopic = arn.split(":")[3];
  const subscribed = ofType(registered, "aws:sns/topicSubscription:TopicSubscription").some(
    ({ inputs }) => inputs["topic"] === arn,
  );
  const admits = ofType(registered, "aws:sns/topicPolicy:TopicPolicy").some(
    ({ inputs }) =>
      inputs["arn"] === arn && String(inputs["policy"]).includes("cloudwatch.amazonaws.com"),
  );
  return regionOfTopic === alarm.provider && subscribed && admits;
}
