/** Spark's master, as `spark-submit` takes it: what gives an application its executors. */
import * as z from "zod";
import type { Kind } from "../values.ts";

const FORM = /^(local(\[(\d+|\*)(,\d+)?\])?|local-cluster\[[\d,]+\]|spark:\/\/[^\s/]+|yarn|k8s:\/\/\S+)$/;

/** A value of a setting. */
export const sparkMaster: Kind<string> = {
  schema: z.string().trim().regex(FORM),
  allowed: "local[*], spark://HOST:PORT, yarn or k8s://https://HOST:PORT",
};
