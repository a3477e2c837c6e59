import pc from "picocolors";

/**
 * Loaded before all tests: what they compare has no colours, whatever the terminal or the pipeline says.
 * The variables are for the commands that they start. They alone would come too late for the tests' own
 * process: the library reads them once, and mocha loads it too. FORCE_COLOR goes, as Node warns of both.
 */
delete process.env["FORCE_COLOR"];
process.env["NO_COLOR"] = "1";
Object.assign(pc, pc.createColors(false));
