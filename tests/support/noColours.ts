import pc from "picocolors";

/**
 * Turns colours off, whatever the terminal. NO_COLOR alone would come too late: it is read once, when
 * the library is loaded, and mocha loads it too.
 * @returns what puts them back.
 */
export function withoutColours(): () => void {
  const before = { ...pc };
  Object.assign(pc, pc.createColors(false));
  return () => void Object.assign(pc, before);
}
