/**
 * The flags of kafka-topics and kafka-configs for settings of topics. Theirs is `--config NAME=VALUE`, while ours is
 * for a file; no file of settings is named like a pair.
 */

const SETTING = /^[a-z][a-z0-9.]*=/;

/** The same command line with our flag for them, where it creates or alters a topic. */
export function withOwnConfigFlag(args: readonly string[]): readonly string[] {
  const verb = args.indexOf("topic");
  if (verb < 0 || !["create", "alter"].some((name) => args.indexOf(name, verb) >= 0)) return args;
  return args.map((arg, index) => {
    const [flag, joined] = splitOnce(arg);
    if (flag !== "--config" && flag !== "--add-config") return arg;
    if (!SETTING.test(joined ?? args[index + 1] ?? "")) return arg;
    return joined === undefined ? "--topic-config" : `--topic-config=${joined}`;
  });
}

function splitOnce(arg: string): [flag: string, value: string | undefined] {
  const at = arg.indexOf("=");
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}
