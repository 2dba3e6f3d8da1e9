export type {
  AlertStats,
  EndInput,
  Input,
  Job,
  JobOptions,
  JobSink,
  JobStats,
  OpenJob,
  PauseInput,
  RowsInput,
  StateStats,
  TickInput,
  WindowStats,
} from './job.ts'
export { openJob } from './open-job.ts'
export type { MemberAlertStats, MemberStats, MemberWindowStats } from './shared/member-stats.ts'
export type { Member } from './shared/members.ts'
export { openSharedJob } from './shared/open-shared-job.ts'
export { type Shape, type Shaped, Shapes, shapeOf } from './shared/shape.ts'
export { type Membership, SharedJob, type SharedJobOptions } from './shared/shared-job.ts'
export { membersOfSnapshot } from './shared/snapshot.ts'
export { compareState, type Fate, type StateFate } from './snapshot/compare.ts'
export { addStats } from './spread/add-stats.ts'
export { type MergedRows, mergeParts, type OrderedRows } from './spread/merge-parts.ts'
export type { Part } from './spread/part.ts'
export { type Spread, spreadOf } from './spread/spread-of.ts'
