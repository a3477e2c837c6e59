import { versionTable } from "../infra/catalog/versions";
import { repositoryRoot } from "../infra/providers/local/instance";
import { runScript } from "./script";
import { readPlaces } from "./versionPlaces";
import { checkAgreement, checkSupport, formatDiagnostic } from "./versions";

/** `npm run check:versions`: checks that every pin is supported today, and that all places name the same versions. */
function main(): number {
  const today = new Date().toISOString().slice(0, 10);
  const places = readPlaces(repositoryRoot);
  const found = [...checkSupport(versionTable, today), ...checkAgreement(versionTable, places)];
  const errors = found.filter(({ level }) => level === "error");
  for (const each of found)
    (each.level === "error" ? console.error : console.log)(formatDiagnostic(each));
  if (errors.length > 0) return 1;
  const parts = Object.keys(versionTable.parts).length;
  console.log(`${parts} parts are supported, and ${places.length} places agree with the table.`);
  return 0;
}

if (require.main === module) void runScript(main);
