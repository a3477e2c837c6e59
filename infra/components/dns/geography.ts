/** Locations of the regions and the distances between them. */

/** Degrees; north and east are positive. */
interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Coordinates of each region in infra/config/addressing.ts, rounded to a degree: distances between regions are hundreds of times
 * that.
 *
 * The city or area is the one in AWS's public list of regions ("Europe (Ireland)", "US East (N. Virginia)"). Distance approximates
 * latency, which only AWS's resolvers know. The approximation is good between continents, where it matters most.
 */
const places: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  "us-east-1": [39, -77], // Northern Virginia
  "us-east-2": [40, -83], // Columbus, Ohio
  "us-west-1": [37, -122], // Northern California
  "us-west-2": [46, -120], // Oregon
  "eu-west-1": [53, -6], // Dublin, Ireland
  "eu-west-2": [52, 0], // London
  "eu-west-3": [49, 2], // Paris
  "eu-central-1": [50, 9], // Frankfurt
  "eu-central-2": [47, 9], // Zurich
  "eu-north-1": [59, 18], // Stockholm
  "eu-south-1": [45, 9], // Milan
  "eu-south-2": [42, -1], // Zaragoza, Spain
  "ap-southeast-1": [1, 104], // Singapore
  "ap-southeast-2": [-34, 151], // Sydney
  "ap-southeast-3": [-6, 107], // Jakarta
  "ap-southeast-4": [-38, 145], // Melbourne
  "ap-southeast-5": [3, 102], // Kuala Lumpur, Malaysia
  "ap-southeast-6": [-37, 175], // Auckland, New Zealand
  "ap-southeast-7": [14, 101], // Bangkok, Thailand
  "ap-northeast-1": [36, 140], // Tokyo
  "ap-northeast-2": [38, 127], // Seoul
  "ap-northeast-3": [35, 136], // Osaka
  "ap-south-1": [19, 73], // Mumbai
  "ap-south-2": [17, 78], // Hyderabad
  "ap-east-1": [22, 114], // Hong Kong
  "ap-east-2": [25, 122], // Taipei
  "ca-central-1": [46, -74], // Montreal
  "ca-west-1": [51, -114], // Calgary
  "mx-central-1": [21, -100], // Querétaro, Mexico
  "sa-east-1": [-24, -47], // São Paulo
  "me-central-1": [24, 54], // United Arab Emirates
  "me-south-1": [26, 51], // Bahrain
  "il-central-1": [32, 35], // Tel Aviv
  "af-south-1": [-34, 18], // Cape Town
  "us-gov-east-1": [40, -83], // Ohio
  "us-gov-west-1": [46, -120], // Oregon
  "cn-north-1": [40, 116], // Beijing
  "cn-northwest-1": [37, 105], // Zhongwei, Ningxia
};

/** Coordinates of a region; undefined if AWS does not have the region, such as "lab". */
export function placeOf(region: string): Place | undefined {
  const place = Object.hasOwn(places, region) ? places[region] : undefined;
  return place && { latitude: place[0], longitude: place[1] };
}

/** Mean radius of the Earth, kilometres. */
const earthRadius = 6371;

/** Great-circle distance in kilometres, by the haversine formula. */
export function distance(one: Place, other: Place): number {
  const half = (degrees: number) => Math.sin((degrees * Math.PI) / 360) ** 2;
  const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  const chord =
    half(other.latitude - one.latitude) +
    cosine(one.latitude) * cosine(other.latitude) * half(other.longitude - one.longitude);
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/**
 * Sorts regions by preference of a client near the region `from`: itself first, then by distance, then regions without known
 * coordinates in input order. Equal distances keep the input order; so do all regions if `from` has no known coordinates.
 * The order of two regions does not depend on a third, so adding or removing a region does not reorder the others.
 */
export function nearestFirst(from: string, regions: readonly string[]): string[] {
  const origin = placeOf(from);
  const far = (region: string) => {
    if (region === from) return -1;
    const place = placeOf(region);
    return origin && place ? distance(origin, place) : Number.MAX_VALUE;
  };
  return [...regions].sort((one, other) => far(one) - far(other));
}
