import type { ErrorEntry } from './entry.ts'

/** Of the server: what streams, apps and alerts there are. */
export const streamsAndAppsErrors = {
  STREAM_UNKNOWN: {
    message: 'There is no stream {stream}.',
    action: 'List the streams to see which there are, or create it.',
  },
  STREAM_INVALID: {
    message: 'The stream {stream} cannot be declared like this: {count} thing(s) are wrong.',
    action: 'Correct what is listed.',
  },
  STREAM_INCOMPATIBLE: {
    message: 'The stream {stream} cannot be changed like this: {count} thing(s) would break what reads it.',
    action: 'Correct what is listed, or create another stream.',
  },
  STREAM_USED: {
    message: 'The stream {stream} is read by: {apps}.',
    action: 'Delete these apps first.',
  },
  STREAM_COLUMN_TYPE: {
    message: 'The column "{column}" was {before} and would be {after}.',
    action: 'Keep its type, or give the new column another name.',
  },
  STREAM_COLUMN_GONE: {
    message: 'The column "{column}" always had a value and would no longer have one.',
    action: 'Keep it, not optional and without missing values.',
  },
  STREAM_COLUMN_NEW: {
    message: 'The new column "{column}" has no value in the records that are there.',
    action: 'Make it optional.',
  },
  STREAM_DEAD_LETTERS: {
    message: 'The stream dead_letters holds the dead letters of all others: this is none of its columns.',
    action: 'Declare some of {columns}; and no time: that of its records is when they came.',
  },
  STREAM_READ_BY: {
    message: 'The app {app} could no longer read the stream: {reason}',
    action: 'Keep the column, or change the app first.',
  },
  STREAM_MESSAGE_ID_DEMANDED: {
    message: 'The app {app} demands {guarantee}, which what comes by {ways} would not be without a message id.',
    action: 'Keep the message id, or change the app first.',
  },
  APP_UNKNOWN: {
    message: 'There is no app {app}.',
    action: 'List the apps to see which there are.',
  },
  APP_NAME: {
    message: 'The plan is that of the app {found}, not of {app}.',
    action: 'Deploy it under its own name.',
  },
  APP_VERSION_UNKNOWN: {
    message: 'The app {app} has no version {version}, or no longer.',
    action: 'List its versions to see which there are; the last 100 are kept.',
  },
  APP_VERSION_CHANGED: {
    message: 'The app {app} is at version {version} by now: somebody else changed it.',
    action: 'Look at what is there, then deploy again.',
  },
  APP_STREAM_UNKNOWN: {
    message: 'The app reads the stream {stream}, which does not exist.',
    action: 'Create it first, or let the deployment create it.',
  },
  APP_STREAM_UNFIT: {
    message: 'The app cannot read the stream {stream}: {reason}.',
    action: 'Change the app to the stream as it is declared.',
  },
  APP_PARAM_UNKNOWN: {
    message: 'The app has no param "{name}". {hint}',
    action: 'Remove it, or correct its name.',
  },
  APP_PARAM_TYPE: {
    message: 'The param "{name}" takes {expected}.',
    action: 'Give such a value.',
  },
  APP_OUTPUT_NAME: {
    message: 'An output cannot be called "{output}" here: that is what streams call records that did not fit.',
    action: 'Give the output another name.',
  },
  APP_REFUSED: {
    message: 'The app {app} cannot be deployed: {count} thing(s) are wrong.',
    action: 'Correct what is listed.',
  },
  APP_DELIVERY: {
    message: 'The app {app} demands {guarantee}, which {count} path(s) do not give.',
    action: 'Name in its `delivery` the ways that are used, correct what is listed, or demand less.',
  },
  DELIVERY_PATH_SHORT: {
    message: 'From {stream} by {wayIn} to {output} by {wayOut} records count {guarantee}: {reason}.',
    action: '{remedy}',
  },
  DELIVERY_WAY_CLOSED: {
    message: 'The way {way} is not open here.',
    action: 'Leave it out, or let {remedy}.',
  },
  APP_NOT_RUNNING: {
    message: 'The app {app} does not run.',
    action: 'Start it first.',
  },
  APP_RUNS: {
    message: 'The app {app} runs.',
    action: 'Stop it first.',
  },
  ALERT_UNKNOWN: {
    message: 'The app {app} has no alert {alert}, or no longer.',
    action: 'List the alerts to see which there are; the last 10,000 of a tenant are kept.',
  },
  ALERT_OVER: {
    message: 'The alert {alert} is {state} by now.',
    action: 'Nothing is to be done: only what is raised can be acknowledged.',
  },
  SILENCE_UNKNOWN: {
    message: 'There is no silence {silence} in force.',
    action: 'List the silences to see which there are.',
  },
  SILENCE_TIME: {
    message: 'The silence would end before it begins.',
    action: 'Give an untilMs in the future, ms since 1970.',
  },
  SILENCE_FITS_NOTHING: {
    message: 'No alert of the app {app} could ever fit the silence.',
    action: "Name an output that is an alert's, and columns of its key.",
  },
  OUTPUT_UNKNOWN: {
    message: 'The app {app} has no output {output}.',
    action: 'Its outputs are: {outputs}.',
  },
  LATE_UNKNOWN: {
    message: 'The app {app} has no operator {operator} that can lose late records.',
    action: 'Those that can are: {operators}.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
