import type { AwsTable } from "./types";

/** Types of the global part. */
export const globalTypes: AwsTable = {};
