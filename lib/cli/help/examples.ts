/**
 * The examples of the help texts, by command. They stand apart from the commands so that help, the manual page and the
 * tests, which run each of them, have them without loading a command.
 */

/** A command line, and what it does, with those that follow it. */
export interface Example {
  readonly does?: string;
  readonly line: string;
}

/** See the module's description. They are in an order in which each has what it needs from those before. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "": [
    { does: "See all of it at work, without any setup", line: "sfcrime demo" },
    {
      does: "Send 2,000 calls to a topic, print the last three, and count them by type",
      line: "sfcrime produce --rate 1000 --limit 2000",
    },
    { line: "sfcrime consume --from -3 --exit-at-end" },
    { line: "sfcrime analyze by_type --trigger available-now" },
  ],
  demo: [{ does: "The whole pipeline, in a temporary directory", line: "sfcrime demo" }],
  produce: [
    {
      does: "The first 2,000 calls of the built-in sample, 1,000 per second",
      line: "sfcrime produce --rate 1000 --limit 2000",
    },
    { does: "A file, keyed by a field", line: "sfcrime produce --input calls.json --key address" },
    {
      does: "What an interrupted run has not sent; nothing is lost or doubled",
      line: "sfcrime produce --input calls.json --key address --resume",
    },
    {
      does: "From stdin, to a topic of its own with four partitions",
      line: "sfcrime produce --input - --topic trips --partitions 4 --key none",
    },
    {
      does: "Lines with keys before a colon, and a header on each",
      line: "sfcrime produce notes notes.txt --input-format lines -K : -H source=desk",
    },
    {
      does: "San Francisco's calls of the last day, then new ones as they are closed, each once",
      line: "sfcrime produce --source datasf --from -1d",
    },
  ],
  consume: [
    { does: "All records so far, then stop", line: "sfcrime consume --from beginning --exit-at-end" },
    {
      does: "The last five of each partition as JSON, and all new ones",
      line: "sfcrime consume --from -5 --format ndjson",
    },
    {
      does: "Only those for which a condition holds, some fields of each",
      line:
        `sfcrime consume --from beginning -e --where "city = 'San Francisco'" --select "crime_id, address" -f table`,
    },
    {
      does: "What came in during the last hour, by a template as in kcat",
      line: "sfcrime consume --from -1h --exit-at-end -f '%p:%o %k %s\\n'",
    },
    { does: "As a group, which goes on where it stopped", line: "sfcrime consume --group night-shift" },
  ],
  analyze: [
    {
      does: "Count the calls so far by type, as a table",
      line: "sfcrime analyze by_type --trigger available-now",
    },
    { does: "Follow all queries, with a dashboard", line: "sfcrime analyze --ui --trigger 2s" },
    {
      does: "Ask a topic with a statement of your own",
      line: 'sfcrime analyze --sql "SELECT city, count(*) FROM calls GROUP BY city" --output-mode complete',
    },
    {
      does: "Rows as JSON lines, for other programs",
      line: "sfcrime analyze with_disposition --sink ndjson",
    },
  ],
  "spark-job": [
    {
      does: "All queries, as files for spark-submit on YARN",
      line: "sfcrime spark-job job --master yarn -b kafka1:9092",
    },
    { does: "One of them", line: "sfcrime spark-job job by_type -b kafka1:9092" },
  ],
  ui: [{
    does: "The dashboard of the checkpoints in a directory",
    line: "sfcrime ui --checkpoint checkpoints",
  }],
  topic: [
    { does: "All topics", line: "sfcrime topic list" },
    { does: "How many records there are, and where", line: "sfcrime topic offsets sf-police-calls" },
    { does: "What the records of a topic look like", line: "sfcrime topic schema sf-police-calls" },
  ],
  "topic create": [
    {
      does: "With six partitions, for a week",
      line: "sfcrime topic create arrivals --partitions 6 --retention 7d",
    },
  ],
  "topic list": [
    { does: "With partitions and replicas", line: "sfcrime topic list" },
    { does: "Names only, for scripts", line: "sfcrime topic list --names" },
  ],
  "topic alter": [
    { does: "Add partitions", line: "sfcrime topic alter sf-police-calls --partitions 6" },
  ],
  "topic offsets": [
    {
      does: "Where the records of the last hour begin",
      line: "sfcrime topic offsets sf-police-calls --at -1h",
    },
  ],
  "topic sample": [
    { does: "Twenty records from all over the topic", line: "sfcrime topic sample sf-police-calls -n 20" },
    { does: "Their values alone", line: "sfcrime topic sample sf-police-calls --format value" },
  ],
  "topic delete": [
    { does: "Without being asked", line: "sfcrime topic delete sf-police-calls --yes" },
  ],
  "topic describe": [{
    does: "Partitions, leaders and settings",
    line: "sfcrime topic describe sf-police-calls",
  }],
  "topic schema": [
    { does: "The columns, to be pasted into a configuration", line: "sfcrime topic schema sf-police-calls" },
    {
      does: "As JSON, from more records",
      line: "sfcrime topic schema sf-police-calls --records 5000 --json",
    },
  ],
  group: [
    { does: "All groups, and whether they have members", line: "sfcrime group list" },
    { does: "How far one of them is behind", line: "sfcrime group lag night-shift" },
  ],
  "group describe": [
    { does: "Members, their partitions and offsets", line: "sfcrime group describe night-shift" },
  ],
  "group lag": [
    { does: "For programs", line: "sfcrime group lag night-shift --json" },
  ],
  "group reset": [
    {
      does: "What would change",
      line: "sfcrime group reset night-shift --to -1h --dry-run",
    },
    { does: "Read everything again", line: "sfcrime group reset night-shift --to beginning --yes" },
    {
      does: "Skip what there is in a topic",
      line: "sfcrime group reset night-shift --to end --topic sf-police-calls --yes",
    },
  ],
  "group delete": [
    { does: "Without being asked", line: "sfcrime group delete night-shift --yes" },
  ],
  "state lag": [
    { does: "How far a query is behind", line: "sfcrime state lag by_type --checkpoint checkpoints" },
  ],
  "state delete": [
    {
      does: "Let a query begin anew",
      line: "sfcrime state delete by_type --checkpoint checkpoints --yes",
    },
  ],
  state: [
    { does: "All checkpoints, and how far they are", line: "sfcrime state list --checkpoint checkpoints" },
    {
      does: "What a query remembers",
      line: "sfcrime state show by_type --checkpoint checkpoints --limit 10",
    },
    {
      does: "A copy to resume from; the query may go on meanwhile",
      line: "sfcrime state export by_type savepoint/by_type --checkpoint checkpoints",
    },
  ],
  doctor: [
    { does: "Whether a run would go well", line: "sfcrime doctor" },
    { does: "Write a record as well", line: "sfcrime doctor --write" },
    { does: "With the checkpoints of a directory", line: "sfcrime doctor --checkpoint checkpoints" },
  ],
  config: [
    { does: "A file with all settings, explained", line: "sfcrime config init" },
    { does: "What is in force, and why", line: "sfcrime config show" },
    { does: "Find mistakes before a run does", line: "sfcrime config check" },
  ],
  "config init": [
    { does: "Write app.cfg, which is read from this directory", line: "sfcrime config init" },
    { does: "Under another name", line: "sfcrime config init --output production.cfg" },
    { does: "Look at it first", line: "sfcrime config init --output -" },
  ],
  help: [
    { does: "The options of a command", line: "sfcrime help topic create" },
    { does: "A document", line: "sfcrime help sql" },
    { does: "A setting, or a function of SQL", line: "sfcrime help date_trunc" },
  ],
  completion: [{ does: "What to put into ~/.bashrc", line: "sfcrime completion bash" }],
  man: [{ does: "Read it with: sfcrime man | man -l -", line: "sfcrime man" }],
  version: [{ does: "For programs", line: "sfcrime version --json" }],
};
