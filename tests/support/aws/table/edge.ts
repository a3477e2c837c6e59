import type { AwsTable } from "./types";

/** Types of the edge part. */
export const edgeTypes: AwsTable = {};
