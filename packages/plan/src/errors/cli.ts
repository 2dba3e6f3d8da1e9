import type { ErrorEntry } from './entry.ts'

export const cliErrors = {
  CLI_NODE_TOO_OLD: {
    message: 'Millrace needs Node {needed} or newer; this is {found}.',
    action: 'Install a newer Node, or install millrace without --omit=optional so that it brings its own.',
  },
  CLI_APP_MISSING: {
    message: '{file} does not exist.',
    action: 'Give the path of an app (.ts, .js) or of a plan (.json).',
  },
  CLI_APP_KIND: {
    message: '{file} is neither an app (.ts, .mts, .js, .mjs) nor a plan (.json).',
    action: 'Give the path of an app or of a plan.',
  },
  CLI_APP_NO_DEFAULT: {
    message: '{file} has no default export.',
    action: "End it with: export default app('name', (from) => ({ ... })).",
  },
  CLI_APP_NOT_AN_APP: {
    message: 'The default export of {file} is {found}, not an app.',
    action: "Export what app('name', (from) => ({ ... })) gives.",
  },
  CLI_APP_SYNTAX: {
    message: '{file} cannot be read as TypeScript or JavaScript: {reason}',
    action: 'Mend the syntax. Types are stripped, not compiled: enums, namespaces and parameter properties do not work.',
  },
  CLI_APP_IMPORT: {
    message: '{file} imports something that is not there: {reason}',
    action: 'Install the package beside the app (npm install @millrace/sdk), or correct the path; a relative import names the file with its ending.',
  },
  CLI_APP_THROWS: {
    message: '{file} threw an error while it was loaded: {reason}',
    action: 'Mend the app at {place}; --debug shows the stack.',
  },
  CLI_PLAN_JSON: {
    message: '{file} is not JSON: {reason}',
    action: 'Give a file that millrace plan wrote.',
  },
  CLI_PLAN_DIFFERS: {
    message: 'The app does not make the plan in {file}: {count} place(s) differ.',
    action: 'Write the plan anew (millrace plan APP > {file}), or take the change to the app back.',
  },
  CLI_INPUT_FORM: {
    message: '--input {text} does not name a stream.',
    action: 'Write --input STREAM=FILE; the streams of this app are: {streams}.',
  },
  CLI_INPUT_STREAM: {
    message: 'The app has no stream "{stream}".',
    action: 'Its streams are: {streams}.{hint}',
  },
  CLI_INPUT_NONE: {
    message: 'No input for the stream "{stream}".',
    action: 'Add --input {stream}=FILE (- reads standard input).',
  },
  CLI_INPUT_STDIN: {
    message: 'Standard input can be read by one input only.',
    action: 'Give the other inputs as files.',
  },
  CLI_INPUT_UNREADABLE: {
    message: '{file} cannot be read: {reason}',
    action: 'Check the path and its permissions.',
  },
  CLI_INPUT_GZIP: {
    message: '{file} is damaged gzip: {reason}',
    action: 'Fetch the file again; what came before the damage was read.',
  },
  CLI_INPUT_NOTHING_FITS: {
    message: 'None of the {records} record(s) of {file} fit the stream "{stream}". The first: {reason}',
    action: 'Check that the file belongs to this stream and that format, separator and header are as declared.',
  },
  CLI_PARAM_FORM: {
    message: '--param {text} gives no value.',
    action: 'Write --param NAME=VALUE; the params of this app are: {params}.',
  },
  CLI_PARAM_UNKNOWN: {
    message: 'The app has no param "{name}".',
    action: 'Its params are: {params}.{hint}',
  },
  CLI_PARAM_VALUE: {
    message: 'The param "{name}" is {expected}; "{text}" is not.',
    action: 'Give a value of that type, for example {example}.',
  },
  CLI_COMMAND_LINE: {
    message: 'The command line is wrong: {reason}',
    action: '--help behind the command shows what it takes, with examples.',
  },
  CLI_OPTION_VALUE: {
    message: '{option} takes {expected}, not "{text}".',
    action: 'For example: {option} {example}.{hint}',
  },
  CLI_OUTPUT_UNKNOWN: {
    message: 'The app has no output "{output}".',
    action: 'Its outputs are: {outputs}.{hint}',
  },
  CLI_OUTPUT_MIXED: {
    message: 'Rows of several outputs cannot share standard output as CSV.',
    action: 'Choose one with --only OUTPUT, or write files with --out DIR.',
  },
  CLI_OUTPUT_TAKEN: {
    message: '{file} would be written over: it is an input, or a file that this run writes already.',
    action: 'Choose another folder, or leave the output out with --only.',
  },
  CLI_OUTPUT_FAILED: {
    message: '{file} cannot be written: {reason}',
    action: '{remedy}',
  },
  CLI_STATE_OPTION: {
    message: '{option} needs a folder of state.',
    action: 'Add --state DIR, or leave {option} out.',
  },
  CLI_STATE_FOREIGN: {
    message: '{directory} is not a folder of state: it holds {found}.',
    action: 'Give a new or empty folder, or one that an earlier run with --state made.',
  },
  CLI_STATE_UNREADABLE: {
    message: 'The folder of state {directory} cannot be read: {reason}',
    action: 'Check the path and its permissions.',
  },
  CLI_STATE_OTHER_APP: {
    message: '{directory} holds the state of the app "{before}", not of "{app}".',
    action: 'Give each app a folder of its own.',
  },
  CLI_STATE_OTHER_PLAN: {
    message: 'The app "{app}" was changed since {directory} was written.',
    action: 'Go on with what state fits (--upgrade), compute all results anew from the records kept (--fresh), or give another folder.',
  },
  CLI_STATE_ENDED: {
    message: 'The run in {directory} has ended: its inputs came to their end, which closed everything, and these bring more.',
    action: 'Give another folder. Where more is to follow a run, begin it with --keep-open.',
  },
  CLI_STATE_UNFINISHED: {
    message: 'The run in {directory} has not come to the end of its inputs ({files}), and these are others.',
    action: 'Run it with those once more, to their end and with --keep-open, before others follow; or give another folder.',
  },
  CLI_STATE_INPUT_AGAIN: {
    message: '{file} was read by an earlier run, together: {files}.',
    action: 'Give the same inputs in the same order, or only new ones: its records would be taken twice.',
  },
  CLI_STATE_INPUT_PASSED: {
    message: 'These inputs have grown since others were read behind them: {files}.',
    action: 'Give what is new in a file of its own.',
  },
  CLI_STATE_MIXED: {
    message: 'With --state, standard input or a pipe cannot be read together with the file {file}: only one of them can be read again.',
    action: 'Give files only, or pipes only.',
  },
  CLI_STATE_JOB_ENDED: {
    message: '{reason} ({code})',
    action: 'What was read is kept: the same command goes on from there once the reason is gone.',
  },
  CLI_PROFILES_UNREADABLE: {
    message: 'The profiles in {file} cannot be read: {reason}',
    action: 'Mend the file or remove it, then log in again (millrace login).',
  },
  CLI_PROFILE_UNKNOWN: {
    message: 'There is no profile "{profile}".',
    action: 'Make it with millrace login --profile {profile}; there are: {profiles}.{hint}',
  },
  CLI_NOT_LOGGED_IN: {
    message: 'No server is known.',
    action: 'Log in once (millrace login URL), or set MILLRACE_URL and MILLRACE_KEY.',
  },
  CLI_TARGET_HALF: {
    message: '{given} is set, {missing} is not.',
    action: 'Set both or none of them, or name a profile with --profile NAME.',
  },
  CLI_MQTT_REFUSED: {
    message: 'No MQTT connection to {url}: {reason}',
    action: 'Check the address, that the server has an MQTT port (mqttPort), the tenant and that the key may send (scope ingest).',
  },
  CLI_TCP_REFUSED: {
    message: 'No TCP connection to {url}: {reason}',
    action: 'Check the address, that the server has a TCP port (tcpPort) and that the key may send (scope ingest).',
  },
  CLI_QUERY_NONE: {
    message: 'The history is asked either in SQL or by an analysis.',
    action: "Write millrace query 'SELECT ...', or millrace query --analysis NAME; --tables and --analyses show what there is.",
  },
  CLI_QUERY_FILE: {
    message: 'Rows as {format} do not go to a terminal.',
    action: 'Name a file: --out FILE.',
  },
  CLI_OPERATOR: {
    message: 'Name one of the aggregates over windows of the app "{app}".',
    action: 'There are: {operators}.{hint}',
  },
  CLI_TAIL_UNKNOWN: {
    message: 'There is neither a stream nor an app nor an output "{name}".',
    action: 'There are: {names}.{hint}',
  },
  CLI_SETTINGS_JSON: {
    message: '{file} is not JSON from {place} on.',
    action: 'Mend the file; it is an object such as {"kafka": {"brokers": ["broker.example.org:9092"], "topic": "alarms"}}.',
  },
  CLI_SETTINGS_SYSTEM: {
    message: '{file} names {found}, where it should name one system with its settings.',
    action: 'Write an object with one of {systems}, and below it an object of settings.{hint}',
  },
  CLI_CONFIRM: {
    message: '{what} Nobody can be asked here.',
    action: 'Add --yes to do it.',
  },
  CLI_INTERNAL: {
    message: 'Millrace failed where it should not have: {reason}',
    action: 'This is a fault of Millrace. Run again with --debug and report what it shows.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
