/**
 * The records of one drill, as text: the name of the drill and their numbers. Records of other drills in the same topics do not
 * count.
 */
export interface Numbering {
  /** Without a colon. */
  readonly drill: string;
}

/** Value of a record. */
export function valueOf({ drill }: Numbering, number: number): string {
  return `${drill}:${number}`;
}

/** Number of a record; undefined if it belongs to something else. */
export function numberOf({ drill }: Numbering, value: string): number | undefined {
  const [name, number] = value.split(":");
  return name === drill ? Number(number) : undefined;
}
