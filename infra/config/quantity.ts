/** Kubernetes quantities that are not negative. */

const multiples: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A number with an exponent ("1e3") or a suffix ("1k"), never both. */
const pattern =
  /^(\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Bytes of "16Gi", "512Mi", "1.5G", "129e6" or "1048576"; undefined if it is no quantity. */
export function memoryBytes(quantity: string): number | undefined {
  return parsed(quantity, 1);
}

/** Thousandths of a core of "500m", "2", "1e-1" or "1.5"; undefined if it is no quantity. */
export function cpuMillicores(quantity: string): number | undefined {
  return parsed(quantity, 1000);
}

/** The value in whole parts of one. A fraction is rounded up, as Kubernetes does. */
function parsed(quantity: string, parts: number): number | undefined {
  const match = pattern.exec(quantity);
  if (match === null) return undefined;
  const [, number, exponent, suffix = ""] = match;
  const multiple = exponent === undefined ? multiples[suffix] : 10 ** Number(exponent);
  if (multiple === undefined) return undefined;
  // Without the digits that binary fractions add: 0.1 * 3 is 0.30000000000000004.
  return Math.ceil(Number((Number(number) * multiple * parts).toPrecision(15)));
}
