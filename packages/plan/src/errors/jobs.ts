import type { ErrorEntry } from './entry.ts'

export const jobsErrors = {
  JOB_SNAPSHOTS_DAMAGED: {
    message: 'None of the snapshots of the job {job} can be read.',
    action: 'Start the job fresh, or restore its folder from a backup.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
