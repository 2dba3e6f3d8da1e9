export type { AlertStats, EndInput, Input, Job, JobOptions, JobSink, JobStats, OpenJob, PauseInput, RowsInput, TickInput, WindowStats } from './job.ts'
export { openJob } from './open-job.ts'
