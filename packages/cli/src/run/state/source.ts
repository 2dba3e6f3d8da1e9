import { createHash } from 'node:crypto'
import { clockStream } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { hasHead, headOf, type InputHead, type InputStart, startOf } from './input-head.ts'
import type { Source } from './log-feed.ts'
import type { Note, Placed, RunNotes } from './run-notes.ts'

/** An input of the command. */
export interface StateInput {
  readonly stream: string
  readonly file: string
  /** It cannot be read again. */
  readonly live: boolean
}

/** A source, and where its entries begin. */
export interface OpenSource extends Source {
  readonly begin: { readonly sequence: number; readonly logMs: number }
}

type Inputs = Placed<Extract<Note, { readonly kind: 'inputs' }>>

/**
 * Finds what an earlier run appended of these inputs, and notes them where none did. Throws where they cannot follow
 * what the folder has: CLI_STATE_ENDED, CLI_STATE_UNFINISHED, CLI_STATE_INPUT_AGAIN.
 */
export async function openSource(log: Log, tenant: string, notes: RunNotes, inputs: readonly StateInput[], directory: string): Promise<OpenSource> {
  const ended = (await log.last(tenant, clockStream))?.kind === 'end'
  const all = notes.of('inputs')
  if (inputs.some(({ live }) => live)) return pipe(log, tenant, notes, ended, directory)
  const starts = inputs.map(({ stream, file }) => startOf(stream, file))
  const known = all.find((note) => isSame(note.inputs, starts))
  if (known !== undefined) return { ...placeOf(log, tenant, known), refusal: refusalOf(known, notes, ended, directory), ended }
  if (ended) throw new MillraceError('CLI_STATE_ENDED', { directory })
  refuseUnfinished(log, tenant, notes, directory)
  refuseAgain(log, tenant, all, starts)
  const heads = starts.map(headOf)
  const producer = `files-${createHash('sha256').update(JSON.stringify(heads)).digest('hex').slice(0, 16)}`
  return { ...placeOf(log, tenant, await notes.add({ kind: 'inputs', producer, inputs: heads } as const)), refusal: null, ended }
}

/** Of files and pipes only the files can be read again: records of both, merged, could not be told apart. */
export function refuseMixed(inputs: readonly StateInput[]): void {
  const file = inputs.find(({ live }) => !live)?.file
  if (file !== undefined && inputs.some(({ live }) => live)) throw new MillraceError('CLI_STATE_MIXED', { file })
}

function pipe(log: Log, tenant: string, notes: RunNotes, ended: boolean, directory: string): OpenSource {
  if (ended) throw new MillraceError('CLI_STATE_ENDED', { directory })
  refuseUnfinished(log, tenant, notes, directory)
  return { producer: null, appendedUpTo: 0, refusal: null, ended, begin: { sequence: log.nextSequence(tenant), logMs: logMsOf(log.lastMs) } }
}

function placeOf(log: Log, tenant: string, { producer, sequence, logMs }: Inputs): Pick<OpenSource, 'producer' | 'appendedUpTo' | 'begin'> {
  return { producer, appendedUpTo: log.producerSequence(tenant, producer) ?? 0, begin: { sequence, logMs: logMsOf(logMs) } }
}

/** Before its first entry a log has no time. */
function logMsOf(ms: number): number {
  return ms <= -8.64e15 ? Number.NEGATIVE_INFINITY : ms
}

/** Why inputs that were read already may not have grown; null: they may. */
function refusalOf(known: Inputs, notes: RunNotes, ended: boolean, directory: string): MillraceError | null {
  if (ended) return new MillraceError('CLI_STATE_ENDED', { directory })
  return known === notes.of('inputs').at(-1) ? null : new MillraceError('CLI_STATE_INPUT_PASSED', { files: filesOf(known.inputs) })
}

/** The same inputs in the same order, perhaps grown. */
function isSame(heads: readonly InputHead[], starts: readonly InputStart[]): boolean {
  return heads.length === starts.length && starts.every((start, at) => hasHead(start, heads[at] as InputHead))
}

/** What was begun is finished first: its records come before those of other inputs. Files of which nothing fitted were not begun. */
function refuseUnfinished(log: Log, tenant: string, notes: RunNotes, directory: string): void {
  const last = notes.of('inputs').at(-1)
  if (last === undefined || notes.isRead || log.producerSequence(tenant, last.producer) === null) return
  throw new MillraceError('CLI_STATE_UNFINISHED', { directory, files: filesOf(last.inputs) })
}

/** An input that was read together with others cannot be told apart in the log. */
function refuseAgain(log: Log, tenant: string, all: readonly Inputs[], starts: readonly InputStart[]): void {
  for (const { producer, inputs } of all) {
    if (log.producerSequence(tenant, producer) === null) continue
    const again = starts.find((start) => inputs.some((head) => hasHead(start, head)))
    if (again !== undefined) throw new MillraceError('CLI_STATE_INPUT_AGAIN', { file: again.file, files: filesOf(inputs) })
  }
}

function filesOf(inputs: readonly InputHead[]): string {
  return inputs.map(({ stream, file }) => `${stream}=${file}`).join(', ')
}
