import { formatCidr, network, parseCidr } from "../../config/cidr";
import type { DnsInput, DnsRegion } from "./types";

/**
 * Maximum number of partially drained regions. Each of them doubles the tree: both branches of its weighted node contain the rest
 * of the tree, one with the region and one without.
 */
export const mostPartlyDrained = 5;

/** Maximum characters of a full name without the trailing dot. */
const longestName = 253;

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Diagnostics of the input, each with path, value and remedy. Empty if the input is valid. */
export function rawDiagnosticsOf({ domain, ttlSeconds, check, regions, apps }: DnsInput): string[] {
  const rawDiagnostics: string[] = [];
  const whole = (path: string, value: number, least: number, most: number) => {
    if (!Number.isInteger(value) || value < least || value > most)
      rawDiagnostics.push(`${path} is ${value}: give a whole number from ${least} to ${most}`);
  };
  if (!isDomain(domain))
    rawDiagnostics.push(
      `domain is "${domain}": give a name in small letters without a trailing dot`,
    );
  // The maximum TTL of RFC 2181; the other limits are those of a timer and a port.
  whole("ttlSeconds", ttlSeconds, 0, 2 ** 31 - 1);
  whole("check.intervalSeconds", check.intervalSeconds, 1, 3600);
  whole("check.timeoutSeconds", check.timeoutSeconds, 1, 3600);
  whole("check.failureThreshold", check.failureThreshold, 1, 10);
  whole("check.port", check.port, 1, 65535);
  if (regions.length === 0) rawDiagnostics.push("regions is empty: somebody has to answer");
  regions.forEach(({ weight }, i) => whole(`regions[${i}].weight`, weight, 0, 100));
  rawDiagnostics.push(
    ...appDiagnostics(apps, domain),
    ...addressDiagnostics(regions),
    ...clientDiagnostics(regions),
  );
  rawDiagnostics.push(...twice("regions[].name", names(regions)));
  const partly = regions.filter(({ weight }) => weight > 0 && weight < 100);
  if (partly.length > mostPartlyDrained)
    rawDiagnostics.push(
      `${partly.length} regions are drained in part (${names(partly).join(", ")}): ` +
        `set all but ${mostPartlyDrained} to 0 or 100`,
    );
  return rawDiagnostics;
}

function names(regions: readonly DnsRegion[]): string[] {
  return regions.map(({ name }) => name);
}

function isDomain(text: string): boolean {
  return text.length <= longestName && text.split(".").every((part) => label.test(part));
}

function appDiagnostics(apps: readonly string[], domain: string): string[] {
  const wrong = apps.filter((app) => !label.test(app));
  const long = apps.filter((app) => `${app}.${domain}`.length > longestName);
  return [
    ...wrong.map((app) => `app "${app}" is no label: give small letters, digits and hyphens`),
    ...long.map((app) => `${app}.${domain} is longer than ${longestName}: give shorter names`),
    ...twice("apps", apps),
  ];
}

function addressDiagnostics(regions: readonly DnsRegion[]): string[] {
  // Only the canonical form of an address is valid.
  const isAddress = (text: string) => {
    const range = parseCidr(`${text}/32`);
    return range !== undefined && formatCidr(range) === `${text}/32`;
  };
  const given = regions.flatMap(({ name, address }) =>
    address === undefined ? [] : [{ name, address }],
  );
  const wrong = given.filter(({ address }) => !isAddress(address));
  const addresses = given.map(({ address }) => address);
  return [
    ...wrong.map(
      ({ name, address }) => `region ${name} has the address "${address}": give an IPv4`,
    ),
    ...twice("regions[].address", addresses),
  ];
}

function clientDiagnostics(regions: readonly DnsRegion[]): string[] {
  const all = regions.flatMap(({ name, clients }) => clients.map((cidr) => ({ name, cidr })));
  const wrong = all.filter(({ cidr }) => !isNetwork(cidr));
  const cidrs = all.map(({ cidr }) => cidr);
  return [
    ...wrong.map(
      ({ name, cidr }) => `region ${name} has the clients "${cidr}": give an IPv4 range`,
    ),
    ...twice("regions[].clients", cidrs),
  ];
}

function isNetwork(cidr: string): boolean {
  const range = parseCidr(cidr);
  return range !== undefined && formatCidr(network(range)) === cidr;
}

function twice(path: string, values: readonly string[]): string[] {
  const doubles = values.filter((value, i) => values.indexOf(value) !== i);
  return [...new Set(doubles)].map((value) => `${path} has ${value} twice: take one away`);
}
