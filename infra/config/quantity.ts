/** The subset of Kubernetes quantities that nodes and requests use. */

const multiples: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Bytes of "16Gi", "512Mi", "1.5G" or "1048576"; undefined if it is not such a quantity. */
export function memoryBytes(quantity: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)([kMGTP]|[KMGTP]i)?$/.exec(quantity);
  const multiple = multiples[match?.[2] ?? ""];
  if (match === null || multiple === undefined) return undefined;
  return Math.floor(Number(match[1]) * multiple);
}

/** Thousandths of a core of "500m", "2" or "1.5"; undefined if it is not such a quantity. */
export function cpuMillicores(quantity: string): number | undefined {
  const match = /^(\d{1,9})m$|^(\d{1,9}(?:\.\d{1,3})?)$/.exec(quantity);
  if (match === null) return undefined;
  return match[1] !== undefined ? Number(match[1]) : Math.round(Number(match[2]) * 1000);
}
