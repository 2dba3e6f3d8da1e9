import type { ErrorEntry } from './entry.ts'

/** Of the server itself: settings, requests, keys, tenants, backups. */
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
} as const satisfies Readonly<Record<string, ErrorEntry>>
