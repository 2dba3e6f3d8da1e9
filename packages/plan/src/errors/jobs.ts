import type { ErrorEntry } from './entry.ts'

export const jobsErrors = {
  JOB_UNKNOWN: {
    message: 'The tenant {tenant} has no running job {job}.',
    action: 'Its jobs are: {jobs}.',
  },
  JOB_RUNS: {
    message: 'The job {job} of the tenant {tenant} runs already.',
    action: 'Stop it first.',
  },
  JOB_NAME: {
    message: 'A job cannot be called {job}.',
    action: 'Names begin with a letter and go on with letters, digits, - and _; at most {limit} characters.',
  },
  JOB_MARK_UNREADABLE: {
    message: 'The progress of a job, in the stream {stream}, cannot be read: it was written by another version or is damaged.',
    action: 'Run the version that wrote it, or start the job fresh.',
  },
  JOB_SNAPSHOTS_DAMAGED: {
    message: 'None of the snapshots of the job {job} can be read ({reasons}), and the log no longer holds its input from the begin.',
    action: 'Start the job fresh, or restore its folder from a backup.',
  },
  JOB_SNAPSHOT_MISSING: {
    message: 'The job {job} has come as far as entry {position} but has no snapshot, and its input from the begin is no longer in the log.',
    action: 'Start the job fresh, or restore its folder from a backup.',
  },
  JOB_SAVEPOINT_UNKNOWN: {
    message: 'The job {job} has no savepoint "{savepoint}".',
    action: 'Its savepoints are: {savepoints}.',
  },
  JOB_SCHEMA_UNREADABLE: {
    message: 'Rows of the stream "{stream}" from entry {sequence} on (schema version {schema}) cannot be read by this plan: {column} {what}.',
    action: 'Upgrade the app to the schema of those rows; the job stands before them and goes on from there.',
  },
  JOB_QUOTA_STATE: {
    message: 'The job {job} of the tenant {tenant} was stopped: its state holds {bytes} bytes, {limit} are allowed.',
    action: 'Use fewer keys, shorter windows or less lateness, or raise the quota; its results and snapshots are kept.',
  },
  JOB_QUOTA_KEYS: {
    message: 'The job {job} of the tenant {tenant} was stopped: it holds {keys} keys, {limit} are allowed.',
    action: 'Use fewer keys, shorter windows or less lateness, or raise the quota; its results and snapshots are kept.',
  },
  JOB_NOT_SPREAD: {
    message: 'The job {job} cannot be spread over {parts} workers: {reason}.',
    action: 'Run it on one worker, or key all its operators by a common column.',
  },
  JOB_THREAD_ENDED: {
    message: 'The worker thread that ran the job ended: {reason}.',
    action: 'The job goes on from its last snapshot on another thread.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
