export { cacheRoot } from "./cachePaths";
export { runCommand } from "./command";
export { ensureTools, type EnsureOptions } from "./ensure";
export { eachStepOnce, stepOf } from "./steps";
export { examine, type ExamineOptions } from "./examine";
export { platformTools, toolPath } from "./toolPath";
export { ToolchainError, type DoctorDiagnostic, type ToolName, type ToolProgress } from "./types";
