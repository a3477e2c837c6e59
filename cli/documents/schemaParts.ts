import { z } from "zod";

export const count = z.number().int().min(0);
export const percent = z.number().min(0).max(100);

/** The fields of a document besides those that every document has. */
export type Fields<T extends z.ZodType> = Omit<z.infer<T>, "ok" | "command" | "environment">;
