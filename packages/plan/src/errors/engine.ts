import type { ErrorEntry } from './entry.ts'

export const engineErrors = {
  SNAPSHOT_DAMAGED: {
    message: 'The snapshot is damaged: its bytes are not those that were written.',
    action: 'Restore an older snapshot, or start the job fresh.',
  },
  SNAPSHOT_OF_OTHER_PLAN: {
    message: 'The snapshot was taken by another plan ({found}) than the one being opened ({expected}).',
    action: 'Open it with the plan that took it, or start the job fresh.',
  },
  JOB_PARAM_UNKNOWN: {
    message: 'The plan has no param "{name}".',
    action: 'Its params are: {params}.',
  },
  JOB_PARAM_TYPE: {
    message: 'The param "{name}" is {expected}, not {found}.',
    action: 'Give a value of the type that the app declares.',
  },
  JOB_STREAM_UNKNOWN: {
    message: 'The plan reads no stream "{stream}".',
    action: 'Its streams are: {streams}.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
