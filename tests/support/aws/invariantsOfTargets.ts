import { federationPort } from "../../../infra/components/gateway/awsEdge";
import { type Invariant, ofType } from "./registrations";

/**
 * Lowest version of TLS that the pods of a target group speak, by their port. Karmada's chart starts its API server with
 * `--tls-min-version=VersionTLS13` (charts/karmada/templates/karmada-apiserver.yaml).
 */
const lowestTls: Readonly<Record<number, number>> = { [federationPort]: 1.3 };

/** HTTPS checks of a network load balancer end at this version (Elastic Load Balancing, "Health checks for NLB target groups"). */
const highestTlsOfNetworkChecks = 1.2;

type Check = Readonly<Partial<Record<string, unknown>>>;

/** Targets of which the load balancer's check says whether they are healthy, in a form that AWS takes. */
export const checkTargetsThatAnswer: Invariant = (registered) =>
  ofType(registered, "aws:lb/targetGroup:TargetGroup").flatMap(({ id, inputs }) => {
    const check = (inputs["healthCheck"] ?? {}) as Check;
    const own = { protocol: String(inputs["protocol"]), port: Number(inputs["port"]) };
    return mistakes(own, check).map((mistake) => `${id}: ${mistake}`);
  });

function mistakes(
  { protocol, port }: { readonly protocol: string; readonly port: number },
  check: Check,
): string[] {
  const byRequest = check["protocol"] === "HTTP" || check["protocol"] === "HTTPS";
  const onNetwork = protocol === "TCP";
  const has = (field: string) => check[field] !== undefined;
  const tooNew = (lowestTls[port] ?? 0) > highestTlsOfNetworkChecks;
  return [
    ...(onNetwork && check["protocol"] === "HTTPS" && tooNew
      ? [`an HTTPS check, which does not speak TLS ${lowestTls[port]}`]
      : []),
    ...(!onNetwork && !byRequest ? ["a check by connection on an application load balancer"] : []),
    ...(!byRequest && (has("path") || has("matcher"))
      ? ["a path or matcher without a request"]
      : []),
    ...(byRequest && !has("path") ? ["a request without a path"] : []),
    ...(Number(check["timeout"]) < Number(check["interval"])
      ? []
      : ["a timeout past the interval"]),
  ];
}
