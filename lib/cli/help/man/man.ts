/**
 * `sfcrime man`: the manual page, of the same flags, descriptions and examples as `--help`. It is printed, so that
 * whoever packages the program has a file, and others `sfcrime man | man -l -`.
 */
import type { Argument, Command, Option } from "commander";
import denoJson from "../../../../deno.json" with { type: "json" };
import type { Io } from "../../io.ts";
import { EXAMPLES } from "../examples.ts";
import { pathOf } from "../program_help.ts";
import { item, paragraph, roffText, section, subsection, verbatim } from "./roff.ts";

const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    "SFCRIME_SECTION_KEY",
    "Sets a key of the configuration, as SFCRIME_KAFKA_BOOTSTRAP_SERVERS; a flag takes precedence.",
  ],
  ["SFCRIME_CONFIG", "The configuration file, as --config."],
  ["SFCRIME_DATA_DIR", "The data directory, as --data-dir."],
  ["NO_COLOR", "Disables colour, as --no-color."],
];

const FILES: readonly (readonly [name: string, meaning: string])[] = [
  ["config/app.cfg, app.cfg", "The configuration file, if no other is named: the first of them that exists."],
  [".sfcrime/", "The data directory: the embedded broker, checkpoints and dead letters."],
];

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "Success, also after Ctrl-C, and if the reader of the output closes it."],
  ["1", "Failure at run time: a broker is unreachable, a topic is missing, the disk is full."],
  ["2", "An invalid flag, key, value, file or query, which is detected before any broker is contacted."],
  ["130", "Stopped immediately, by a second Ctrl-C."],
];

/** Adds the verb's action. */
export function addMan(command: Command, io: Io): void {
  command.action(async () => {
    await io.stdout.write(new TextEncoder().encode(`${manualPage(command.parent!)}\n`));
  });
}

/** The manual page of a program. */
export function manualPage(program: Command): string {
  const [version] = denoJson.version.split("+");
  const pairs = (title: string, list: readonly (readonly [string, string])[]) => [
    section(title),
    ...list.map(([term, meaning]) => item(term, meaning)),
  ];
  return [
    `.TH SFCRIME 1 "" "sfcrime ${roffText(version!)}" "User Commands"`,
    section("Name"),
    `sfcrime \\- ${roffText(lowered(program.description()))}`,
    section("Synopsis"),
    ".B sfcrime\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIargument\\fR ...]",
    section("Description"),
    roffText(
      "Data goes to stdout, everything else to stderr. Without bootstrap servers, an embedded broker in a single file takes the place of Kafka. The documents inside the program are listed by sfcrime help.",
    ),
    section("Options of all commands"),
    ...optionItems(program),
    section("Commands"),
    ...program.createHelp().visibleCommands(program).flatMap(commandParts),
    ...pairs("Environment", ENVIRONMENT),
    ...pairs("Files", FILES),
    ...pairs("Exit status", EXIT_CODES),
    section("Examples"),
    ...examplesOf(""),
    // A section begins with a paragraph by itself.
  ].join("\n").replaceAll(/(\n\.S[HS] .*\n)\.PP\n/g, "$1");
}

/** A command and those below it. */
function commandParts(command: Command): string[] {
  const path = pathOf(command).join(" ");
  return [
    subsection(`sfcrime ${path} ${command.usage()}`),
    roffText(command.description()),
    ...command.registeredArguments.filter(({ description }) => description !== "").map(argumentItem),
    ...optionItems(command),
    ...examplesOf(path),
    ...command.commands.flatMap(commandParts),
  ];
}

function argumentItem(argument: Argument): string {
  return item(argument.name(), sentence(argument.description));
}

function optionItems(command: Command): string[] {
  return command.createHelp().visibleOptions(command).filter(({ long }) =>
    long !== "--help" || command.parent === null
  )
    .map((option: Option) => item(option.flags, sentence(option.description)));
}

function examplesOf(path: string): string[] {
  const examples = EXAMPLES[path] ?? [];
  return examples.flatMap(({ does, line }) => [
    ...does === undefined ? [] : [paragraph(`${does}:`)],
    verbatim([line]),
  ]);
}

function sentence(text: string): string {
  return /[.)]$/.test(text) ? text : `${text}.`;
}

/** The beginning of a sentence, as the page's name has it. */
function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
