import type { ErrorEntry } from './entry.ts'

export const serverErrors = {
  SETTINGS_INVALID: {
    message: 'The settings cannot be used: {count} thing(s) are wrong, the first: {first}',
    action: 'Correct what is listed; docs/settings.md describes every setting.',
  },
  SETTINGS_FILE: {
    message: 'The settings file {file} cannot be read: {reason}.',
    action: 'It holds one JSON object; docs/settings.md describes it.',
  },
  SETTING_UNKNOWN: {
    message: 'There is no setting "{name}". {hint}',
    action: 'Remove it, or correct its name.',
  },
  SETTING_INVALID: {
    message: '{from} {reason}.',
    action: 'Correct it; docs/settings.md describes every setting.',
  },
  SERVER_DATA_FOLDER: {
    message: 'The data folder {directory} cannot be used: {reason}.',
    action: 'Give this process the right to write there, or another folder.',
  },
  SERVER_DATA_EMPTY: {
    message: 'The folder {directory} holds no data of a server.',
    action: 'Name the folder that `millrace serve --data` was started with.',
  },
  SERVER_SECRET_MISSING: {
    message: 'The data folder holds API keys, but its file {file} is missing or damaged, so that none of them can be checked.',
    action: 'Restore the file from a copy of the folder.',
  },
  SERVER_CONTROL_NEWER: {
    message: 'The control database {file} was written by a newer version (step {found}; this one knows {known}).',
    action: 'Run that version, or restore the folder from a copy made before.',
  },
  SERVER_LISTEN: {
    message: 'The address {address} cannot be listened on: {reason}.',
    action: 'Stop what listens there, or choose another host or port.',
  },
  SERVER_ROUTE_WITHOUT_SCOPE: {
    message: 'The route {route} declares no scope.',
    action: 'Declare in its config who may call it.',
  },
  SERVER_FAULT: {
    message: 'The server failed at this request (request id {requestId}).',
    action: 'Try again; if it happens again, give the operator the request id.',
  },
  SERVER_DISK_FULL: {
    message: 'The disk of the server is full: nothing was changed.',
    action: 'Try again later. The operator makes room, or moves the data folder to a larger disk.',
  },
  SERVER_NOT_READY: {
    message: 'The server is not ready: {reason}.',
    action: 'Try again in a moment.',
  },
  REQUEST_INVALID: {
    message: 'The request is not as it should be: {count} thing(s) are wrong.',
    action: 'Correct what is listed; /v1/openapi.json describes every request.',
  },
  REQUEST_FIELD: {
    message: 'What stands here {reason}.',
    action: 'Correct it.',
  },
  REQUEST_UNREADABLE: {
    message: 'The request cannot be read: {reason}.',
    action: 'Send what /v1/openapi.json describes.',
  },
  REQUEST_TOO_DEEP: {
    message: 'The JSON of the request is nested deeper than {limit}.',
    action: 'Send flatter JSON.',
  },
  REQUEST_TOO_LARGE: {
    message: 'The body of the request is larger than allowed here.',
    action: 'Send less at once.',
  },
  REQUEST_MEDIA_TYPE: {
    message: 'The content type of the request is not one that is taken here.',
    action: 'Send what /v1/openapi.json describes for this route.',
  },
  REQUEST_HEADERS_TOO_LARGE: {
    message: 'The headers of the request are larger than 16 KiB.',
    action: 'Send smaller headers, and a shorter address.',
  },
  REQUESTS_AT_ONCE: {
    message: 'Too many large requests are under way.',
    action: 'Send it again after {retryAfterSeconds} s, and fewer at once.',
  },
  REQUEST_SLOW: {
    message: 'The headers of the request did not come in time.',
    action: 'Send them at once.',
  },
  METHOD_UNKNOWN: {
    message: 'There is no {method} at {path}.',
    action: 'Send one of: {allowed}.',
  },
  ROUTE_UNKNOWN: {
    message: 'There is nothing at {method} {path}.',
    action: 'The routes stand in /v1/openapi.json.',
  },
  CHANGED_MEANWHILE: {
    message: 'The {what} is not as If-Match says: somebody else changed it meanwhile.',
    action: 'Look at what is there, then change it again with the new ETag.',
  },
  KEY_REQUIRED: {
    message: 'A valid API key is needed.',
    action: 'Send the header "Authorization: Bearer mrk_..." with a key that is neither revoked nor past its time.',
  },
  KEY_SCOPE: {
    message: 'The key may not do this: it needs the scope {needed}.',
    action: 'Use another key, or ask an admin of the tenant for one.',
  },
  KEY_SCOPE_BEYOND: {
    message: 'A key cannot give the scope {scope} that it does not have.',
    action: 'Use a key with that scope.',
  },
  KEY_UNKNOWN: {
    message: 'There is no key {key}.',
    action: 'List the keys to see which there are.',
  },
  KEY_ENDED: {
    message: 'The key {key} was revoked, or is past its time.',
    action: 'Make a new key.',
  },
  KEY_DEVICE_SCOPE: {
    message: 'The key of a device may only have the scope ingest.',
    action: 'Leave out the other scopes, or the device.',
  },
  RATE_LIMITED: {
    message: 'Too many requests: {perSecond} a second are allowed.',
    action: 'Try again after {retryAfterSeconds} s, and send more in one request.',
  },
  TENANT_MISSING: {
    message: 'The operator belongs to no tenant.',
    action: 'Name the tenant in the header "millrace-tenant".',
  },
  TENANT_UNKNOWN: {
    message: 'There is no tenant {tenant}.',
    action: 'List the tenants to see which there are.',
  },
  TENANT_EXISTS: {
    message: 'There is a tenant {tenant} already.',
    action: 'Choose another name.',
  },
  TENANT_ERASING: {
    message: 'What was kept of an earlier tenant {tenant} is still being erased.',
    action: 'Try again in a moment, or choose another name.',
  },
  TENANT_QUOTA: {
    message: 'The tenant may have {limit} {what}, and has them.',
    action: 'Delete one, or ask the operator to raise the quota.',
  },
  TENANT_RATE: {
    message: 'The tenant sends more than the {perSecond} records a second that it may.',
    action: 'Send again after {retryAfterSeconds} s, or ask the operator to raise the quota.',
  },
  TENANT_QUERY_TIME: {
    message: 'Queries of the tenant ran for the {limitSeconds} s that they may in an hour.',
    action: 'Ask again after {retryAfterSeconds} s, when the next hour begins, or ask the operator to raise the quota.',
  },
  TENANT_STORAGE: {
    message: 'The tenant stores {bytes} bytes, {limit} are allowed.',
    action: 'Shorten the retention of streams, delete what is not needed, or ask the operator to raise the quota.',
  },
  IDEMPOTENCY_KEY: {
    message: 'The header Idempotency-Key {reason}.',
    action: 'Send a key of its own with each request that is not to be done twice, such as a UUID.',
  },
  IDEMPOTENCY_OTHER: {
    message: 'The idempotency key was sent with another request before.',
    action: 'Send another key: each stands for one request.',
  },
  IDEMPOTENCY_RUNS: {
    message: 'The request with this idempotency key is being done.',
    action: 'Send it again after {retryAfterSeconds} s, with the same key, to hear of its result.',
  },
  IDEMPOTENCY_UNKNOWN: {
    message: 'The server ended while it did the request with this idempotency key: whether it was done is not known, and it is not done again.',
    action: 'Look at what is there; to ask for it once more, send another key.',
  },
  BACKUP_FOLDER_MISSING: {
    message: 'The server has no folder for backups.',
    action: 'Set "backups" to a folder outside of the data folder, best on another disk, and start the server again.',
  },
  BACKUP_RUNS: {
    message: 'A backup is being made.',
    action: 'Wait until it is done.',
  },
  BACKUP_HOLDS: {
    message: 'A backup is being made, or a tenant erased, and nothing can be changed until that is done. Records come in and results go out meanwhile.',
    action: 'Try again after {retryAfterSeconds} s.',
  },
  BACKUP_FAILED: {
    message: 'No backup could be made in {folder}: {reason}',
    action: 'Remove what hinders it and try again; what there was of it is gone.',
  },
  BACKUP_UNKNOWN: {
    message: 'The folder {folder} holds no whole backup: {reason}.',
    action: 'Name the folder of one backup, as GET /v1/backups lists them.',
  },
  BACKUP_DAMAGED: {
    message: 'The backup in {folder} is damaged: {count} file(s).',
    action: 'Take another backup, or another copy of this one.',
  },
  BACKUP_FILE: {
    message: 'The file {file} {reason}.',
    action: 'Bring it back from another copy.',
  },
  RESTORE_NOT_EMPTY: {
    message: 'The folder {directory} is not empty.',
    action: 'Restore into a new folder.',
  },
  USAGE_DAYS: {
    message: 'The usage of these days cannot be shown: {reason}.',
    action: 'Send from and to as days of UTC, 2026-11-23, at most 400.',
  },
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
    message: 'Too many records wait to be written already; nothing of the body was kept.',
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
  INTAKE_CUT: {
    message: 'The body ended before it was whole.',
    action: 'Send it again; with millrace-producer and millrace-sequence what was kept already is not kept twice.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
