import type { ErrorEntry } from './entry.ts'

export const engineErrors = {
  SNAPSHOT_DAMAGED: {
    message: 'The snapshot is damaged: its bytes are not those that were written.',
    action: 'Restore an older snapshot, or start the job fresh.',
  },
  SNAPSHOT_OF_OTHER_PLAN: {
    message: 'The snapshot was taken by another plan ({found}) than the one being opened ({expected}).',
    action: 'Open it with the plan that took it, upgrade it to the new plan, or start the job fresh.',
  },
  SNAPSHOT_VERSION: {
    message: 'The snapshot has the format {version}; this version reads formats up to {newest}.',
    action: 'Open it with the version that took it, or a newer one.',
  },
  SNAPSHOT_PARTS_DIFFER: {
    message: 'The snapshots are not parts of one job, taken at the same place of its log.',
    action: 'Restore parts that were taken together.',
  },
  JOB_PARAM_UNKNOWN: {
    message: 'The plan has no param "{name}".',
    action: 'Its params are: {params}.',
  },
  JOB_PARAM_TYPE: {
    message: 'The param "{name}" is {expected}, not {found}.',
    action: 'Give a value of the type that the app declares.',
  },
  PLAN_NOT_SHARED: {
    message: 'The plan of "{member}" cannot share its work with others: it has several streams, lists, unions or totals over windows.',
    action: 'Open a job of its own for it.',
  },
  SHARED_MEMBER_OF_OTHER_SHAPE: {
    message: 'The plan of "{member}" differs in more than constants and params from that of the members before it.',
    action: 'Share work only among plans of one shape.',
  },
  SHARED_MEMBER_TWICE: {
    message: 'The member "{member}" is given twice.',
    action: 'Give every member an id of its own.',
  },
  SHARED_MEMBER_NEW: {
    message: 'The snapshot does not hold "{member}" ({members} such members): it would begin in the middle of the log with the clock of the others.',
    action: 'Open a job of its own for it, or one that it shares with those that begin where it does.',
  },
  SHARED_MEMBERS_NONE: {
    message: 'A shared job has no members.',
    action: 'Give at least one.',
  },
  JOB_STREAM_UNKNOWN: {
    message: 'The plan reads no stream "{stream}".',
    action: 'Its streams are: {streams}.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
