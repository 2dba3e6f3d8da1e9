import type { ErrorEntry } from './entry.ts'

export const logErrors = {
  LOG_LOCKED: {
    message: 'The log in {directory} is in use by another process ({holder}).',
    action: 'Stop that process, or give another folder.',
  },
  LOG_NOT_WRITABLE: {
    message: 'The log in {directory} cannot be written: {reason}',
    action: 'Give this process the right to write there, or another folder.',
  },
  LOG_DAMAGED: {
    message: 'The log in {directory} cannot be opened: {file}: {reason}.',
    action: 'Restore that file from a copy of the folder. Nothing was changed.',
  },
  LOG_FORMAT: {
    message: 'The log in {directory} has the format {format}, which this version does not know.',
    action: 'Open it with the version of Millrace that wrote it, or a newer one.',
  },
  LOG_DISK_FULL: {
    message: 'No room is left for {file}: nothing was appended.',
    action: 'Make room, or shorten the retention of streams; appending works again as soon as there is room.',
  },
  LOG_FAILED: {
    message: 'The log in {directory} accepts nothing any more: {reason}',
    action: 'Check the disk, then open the log anew: what was acknowledged is verified then. Whether an append that was under way is kept shows there too.',
  },
  LOG_BUSY: {
    message: 'Appends of {waitingBytes} bytes wait for the disk already.',
    action: 'Append again later; append less at a time, or use a faster disk.',
  },
  LOG_CLOSED: {
    message: 'The log in {directory} is closed.',
    action: 'Append before closing, or open it anew.',
  },
  LOG_PURGE: {
    message: 'Some files of the log in {directory} could not be rewritten: what was erased is still in them.',
    action: 'Look at what the server reported, correct it, and erase again.',
  },
  LOG_COPY: {
    message: 'The log cannot be copied to {directory}: {reason}.',
    action: 'Give a folder that is empty or not there yet, with room and the right to write; what was copied before the error can be removed.',
  },
  LOG_NAME: {
    message: 'The name of a {what} is {name}.',
    action: 'Names have 1 to 128 characters, none of them a control character.',
  },
  LOG_APPEND: {
    message: 'An append cannot be kept: {reason}.',
    action: 'Divide it, or correct what makes it.',
  },
  LOG_PRODUCER_SEQUENCE_TOO_OLD: {
    message: 'The producer {producer} sent its sequence {sequence} late: nobody can tell any more whether it was accepted.',
    action: 'Let a producer have fewer than 128 appends under way, and begin with a new producer id after a restart without memory.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
