import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, oneOf, orNull, Sequence, whole } from './shapes.ts'

const byName = <S extends Parameters<typeof Type.Record>[1]>(value: S, description: string) => Type.Record(Type.String(), value, { description })
const maybeMs = Type.Union([AtMs, Type.Null()])

export const JobState = oneOf(['running', 'stalled', 'stopping', 'stopped', 'failed'], 'stalled: records wait, and none was taken for a while')
export type JobState = Static<typeof JobState>

export const JobSnapshot = closed(
  {
    position: Sequence,
    bytes: Count,
    writtenMs: AtMs,
    pauseMs: Type.Number({ minimum: 0, description: 'How long the job stood still for it' }),
    tookMs: Type.Number({ minimum: 0, description: 'From its request until it was durable' }),
  },
  { description: "A job's last snapshot" },
)
export type JobSnapshot = Static<typeof JobSnapshot>

export const EndedRun = closed({ atMs: AtMs, code: Type.String(), reason: Type.String() }, { description: 'Why a run ended before its time' })
export type EndedRun = Static<typeof EndedRun>

export const Job = closed(
  {
    state: JobState,
    position: whole({ minimum: 0, description: 'Results caused by records up to this sequence are there' }),
    epoch: whole({ minimum: 0, description: 'Grows when results replace earlier ones' }),
    snapshot: orNull(JobSnapshot, 'null: none yet since the start'),
    ended: list(EndedRun, { description: 'Runs that ended before their time, the newest last' }),
  },
  { description: 'A plan being run' },
)
export type Job = Static<typeof Job>

const windows = closed(
  {
    fired: Count,
    revised: Count,
    tooLate: whole({ minimum: 0, description: 'Records too late for all of their windows' }),
    windowsMissed: whole({ minimum: 0, description: '(record, window) pairs lost' }),
    open: Count,
  },
  { description: 'Windows of an operator' },
)
const alerts = closed(
  { opened: Count, updated: Count, cleared: Count, withdrawn: Count, suppressed: Count, openNow: Count },
  { description: 'Episodes of an alert' },
)

const parallelism = closed(
  {
    parts: whole({ minimum: 1, description: 'Threads that it runs on' }),
    atMost: whole({ minimum: 1, description: 'Threads that it may take where that makes it faster' }),
    why: Type.String({ description: 'Why it is so many' }),
  },
  { description: 'How a job is spread over threads by key' },
)

export const JobFigures = closed(
  {
    records: byName(Count, 'By stream'),
    highestEventTimeMs: byName(maybeMs, 'By stream; null before the first record'),
    watermarkMs: byName(maybeMs, 'By stream; null before the first record'),
    outputs: byName(closed({ rows: Count, revisions: Count }, { description: 'Rows of an output' }), 'By output'),
    windows: byName(windows, 'By operator'),
    alerts: byName(alerts, 'By operator'),
    failures: byName(Count, 'Values that became missing by overflow, division by zero or range, by operator'),
    stateBytes: Count,
    keys: Count,
    cpuMs: Type.Number({ minimum: 0 }),
    bytesIn: Count,
    bytesOut: Count,
    lag: whole({ minimum: 0, description: "Sequences of the job's streams that it has not come to" }),
    parallelism,
  },
  { description: 'What a job counts and holds' },
)
export type JobFigures = Static<typeof JobFigures>
