import type { AwsTable } from "./types";

/** Types of the data part. */
export const dataTypes: AwsTable = {};
