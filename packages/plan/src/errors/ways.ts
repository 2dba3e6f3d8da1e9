import type { ErrorEntry } from './entry.ts'

/** Of the server: how records come in, and records and results go out. */
export const waysErrors = {
  RECORDS_DROPPED: {
    message: 'Records from {from} on are no longer all there: retention dropped some of them.',
    action: 'Go on at {oldest}, the oldest there is, or with from=begin; what was dropped cannot be had any more.',
  },
  RECORDS_AHEAD: {
    message: 'The position {from} lies beyond the end: the next record will be {next}.',
    action: 'Go on with from=now, or with from=begin if the data was restored from an older copy.',
  },
  RECORDS_POSITION: {
    message: 'This is no position to read from: {reason}.',
    action: 'Send from (begin, now or a sequence) or fromMs (ms since 1970).',
  },
  RECORDS_FORMAT: {
    message: 'Records cannot be had as {accept}.',
    action: 'Accept application/x-ndjson, application/json, text/csv or text/event-stream.',
  },
  TOPIC_UNKNOWN: {
    message: 'There is no topic {topic} to subscribe to.',
    action: 'Subscribe to apps/<app>/<output> or streams/<stream>, with + and # where all are meant.',
  },
  FOLLOWERS_TOO_MANY: {
    message: 'The key follows or waits for records {limit} times already.',
    action: 'Close one of the connections, or use another key.',
  },
  WEBHOOK_UNKNOWN: {
    message: 'The tenant has no running webhook {webhook}.',
    action: 'List the webhooks to see which there are.',
  },
  WEBHOOK_EXISTS: {
    message: 'There is a webhook {webhook} already.',
    action: 'Choose another name, or delete that one first.',
  },
  WEBHOOK_RUNS: {
    message: 'The webhook {webhook} runs already.',
    action: 'Stop it first.',
  },
  WEBHOOK_NAME: {
    message: 'A webhook cannot be called {webhook}.',
    action: 'Names begin with a letter and go on with letters, digits, - and _; at most 64 characters.',
  },
  MARK_UNREADABLE: {
    message: 'How far results have gone out cannot be read from {stream}: it was written by another version or is damaged.',
    action: 'Run the version that wrote it, or make a webhook or file sink of another name.',
  },
  FILE_SINK_UNKNOWN: {
    message: 'The tenant has no file sink {sink}.',
    action: 'List the file sinks to see which there are.',
  },
  FILE_SINK_EXISTS: {
    message: 'There is a file sink {sink} already.',
    action: 'Choose another name, or delete that one first.',
  },
  FILE_SINK_NAME: {
    message: 'A file sink cannot be called {sink}.',
    action: 'Names begin with a letter and go on with letters, digits, - and _; at most 64 characters.',
  },
  FILE_SINKS_OFF: {
    message: 'The server has no folder for files.',
    action: 'Let the operator name one: the setting "folder".',
  },
  OUTGOING_URL: {
    message: 'The address {url} cannot be called: {reason}.',
    action: 'Give an http or https address without user and password.',
  },
  OUTGOING_UNRESOLVED: {
    message: 'The host {host} has no address: {reason}.',
    action: 'Correct the host, or its entry in the DNS.',
  },
  OUTGOING_REFUSED: {
    message: 'The host {host} has the address {address}, which is not a public one.',
    action: 'Call a public address, or let the operator allow this one in the settings.',
  },
  OUTGOING_TIMEOUT: {
    message: 'The host {host} did not answer within {timeoutMs} ms.',
    action: 'Make the receiver answer sooner; it may work after it has answered.',
  },
  OUTGOING_FAILED: {
    message: 'The host {host} could not be called: {reason}.',
    action: 'Look whether the receiver runs and can be reached.',
  },
  INTAKE_BODY_TOO_LARGE: {
    message: 'The body is larger than the {limit} bytes that one body of a producer may have when unpacked and decoded.',
    action: 'Send the records in several bodies, each with a sequence of its own. Nothing of this one was kept.',
  },
  INTAKE_BUSY: {
    message: 'Too many records or bodies wait already; nothing of the body was kept.',
    action: 'Send it again in a moment.',
  },
  INTAKE_PARTIAL: {
    message: 'The first {accepted} good record(s) of the body are kept, the others are not: {reason}',
    action: 'Send the others again; bodies with millrace-producer and millrace-sequence are kept whole or not at all, and can be repeated.',
  },
  INTAKE_PRODUCER: {
    message: 'The headers millrace-producer and millrace-sequence {reason}.',
    action: 'Send both: an id of 1 to 128 visible characters, and a whole number from 0 that grows with every body.',
  },
  INTAKE_CONTENT_TYPE: {
    message: 'Records cannot be read from the content type {type}.',
    action: 'Send application/x-ndjson, application/json or text/csv, or no content type for the format that the stream declares.',
  },
  INTAKE_ENCODING: {
    message: 'The content encoding {encoding} is not known.',
    action: 'Send gzip, or the records as they are.',
  },
  GREETING_INVALID: {
    message: 'The first line of the connection is not what it should be, or did not come in time.',
    action: 'Begin with one line: a key, a space and the name of a stream; then, where lines shall be kept once, a space and a name for the producer.',
  },
  LINE_TOO_LONG: {
    message: 'A line is longer than {limit} bytes.',
    action: 'Send one record a line, each with its line end.',
  },
  CONNECTION_IDLE: {
    message: 'Nothing came for {seconds} s.',
    action: 'Connect again when there is something to send.',
  },
  CONNECTION_UNREAD: {
    message: 'The answers were not read.',
    action: 'Read what the server answers while you send.',
  },
  FOLDER_FILE_NAME: {
    message: 'The name of the file {file} does not say how it is written.',
    action: 'Let it end in .csv, .ndjson, .jsonl or .json, with .gz behind where it is compressed.',
  },
  FOLDER_FILE_UNREADABLE: {
    message: 'The server may not read the file {file}: {reason}.',
    action: 'Let the user that the server runs as read the file, then drop it again.',
  },
  INTAKE_CUT: {
    message: 'The body ended before it was whole.',
    action: 'Send it again; with millrace-producer and millrace-sequence what was kept already is not kept twice.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
