/** The script that submits a job, `submit.sh`: it knows where the job's files are, and which options Spark needs. */
import type { JobEngine } from "../../plan/analysis_plan.ts";

/** What marks a script as one of ours. */
export const SCRIPT_MARK = "# Written by sfcrime spark-job.";

/** What a script submits. */
export interface SubmitScriptOptions extends Pick<JobEngine, "master" | "deployMode" | "jars" | "packages"> {
  /** The names of the queries. */
  readonly queries: readonly string[];
  /** The files that the job reads, beside the script. */
  readonly files: readonly string[];
}

/** The text of the script, for bash. */
export function submitScript(options: SubmitScriptOptions): string {
  const { master, deployMode, queries, files } = options;
  const shipped = files.map((file) => `$directory/${file}`).join(",");
  return `#!/usr/bin/env bash
${SCRIPT_MARK}
# Submits the queries ${
    oneLine(queries.join(", "))
  } to Spark. Arguments go to spark-submit, and are preferred:
#   submit.sh --conf spark.sql.shuffle.partitions=8 --executor-memory 4g
set -euo pipefail

directory=$(cd -- "$(dirname -- "\${BASH_SOURCE[0]}")" && pwd)
spark_submit=\${SPARK_HOME:+$SPARK_HOME/bin/}spark-submit
if ! command -v "$spark_submit" >/dev/null; then
  echo "submit.sh: cannot find $spark_submit. Set SPARK_HOME to the directory of Spark." >&2
  exit 127
fi
# With it, PySpark would look for a Spark Connect server.
unset SPARK_REMOTE
${connectorLines(options)}
exec "$spark_submit" \\
  --name ${shellWord(`sfcrime: ${queries.join(", ")}`)} \\
  --master ${shellWord(master)} \\
  --deploy-mode ${deployMode} \\
  "\${connector[@]}" \\
  --files "${shipped}" \\
  "$@" \\
  "$directory/job.py" plan.json
`;
}

/** Lines that set `connector` to the options by which Spark finds its connector for Kafka. */
function connectorLines({ jars, packages }: SubmitScriptOptions): string {
  if (jars !== undefined || packages !== undefined) {
    const options = [
      ...(packages === undefined ? [] : ["--packages", shellWord(packages)]),
      ...(jars === undefined ? [] : ["--jars", shellWord(jars)]),
    ];
    return `connector=(${options.join(" ")})`;
  }
  return `
# Spark's connector for Kafka, in the version of this Spark, from Maven. With [spark] jars, no internet is needed.
version_of() { sed -nE "s/.*$1 ([0-9]+(\\.[0-9]+)+).*/\\1/p" <<<"$about" | head -n 1; }
about=$("$spark_submit" --version 2>&1)
spark=$(version_of version)
scala=$(version_of "Scala version")
if [[ -z $spark || -z $scala ]]; then
  echo "submit.sh: $spark_submit --version names no version of Spark and Scala: set [spark] packages." >&2
  exit 1
fi
connector=(--packages "org.apache.spark:spark-sql-kafka-0-10_\${scala%.*}:$spark")`;
}

/**
 * A text as a word of the shell, whatever it consists of.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(shellWord("it's"), "'it'\\''s'");
 * ```
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A text without the ends of lines, for a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
