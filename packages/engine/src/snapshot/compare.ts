import type { Plan } from '@millrace/plan'
import { type Fingerprint, fingerprintsOf } from './fingerprint.ts'
import { readSnapshot, type Snapshot } from './format.ts'

/**
 * What becomes of state when a job goes on with another plan. `kept`: it goes on. `new`: there is none, it begins
 * with the next record. `dropped`: state is lost, because nothing has that name any more or it means something else.
 */
export type Fate = 'kept' | 'new' | 'dropped'

export interface StateFate {
  readonly kind: 'stream' | 'operator'
  /** Name of the stream, id of the operator. */
  readonly name: string
  readonly fate: Fate
  /** In words, what differs; empty for what is kept or new. */
  readonly reason: string
}

/**
 * Lists what `openJob(plan, { snapshot, upgrade: true })` would keep of the state that `from` holds, or, of another
 * plan, that its jobs hold; streams first, then operators. Of a stream the clock is kept: its watermark goes on.
 */
export function compareState(from: Uint8Array | Plan, plan: Plan): readonly StateFate[] {
  return compareFingerprints(from instanceof Uint8Array ? written(readSnapshot(from)) : ofPlan(from), ofPlan(plan))
}

interface Named {
  readonly kind: StateFate['kind']
  readonly name: string
  readonly fingerprint: Fingerprint
}

/** What the sections of a snapshot mean. */
function written({ sections }: Snapshot): readonly Named[] {
  return sections.flatMap(({ kind, name, fingerprint }) => (kind === 'stream' || kind === 'operator' ? [{ kind, name, fingerprint }] : []))
}

function ofPlan(plan: Plan): readonly Named[] {
  const { streams, operators } = fingerprintsOf(plan)
  const named = (kind: StateFate['kind'], all: ReadonlyMap<string, Fingerprint>): readonly Named[] =>
    [...all].map(([name, fingerprint]) => ({ kind, name, fingerprint }))
  return [...named('stream', streams), ...named('operator', operators)]
}

function compareFingerprints(before: readonly Named[], after: readonly Named[]): readonly StateFate[] {
  const find = (all: readonly Named[], { kind, name }: Named): Named | undefined => all.find((other) => other.kind === kind && other.name === name)
  const gone = before.filter((one) => find(after, one) === undefined).map(({ kind, name }) => lost(kind, name, `the new plan has no ${kind} of that name`))
  const fates = after.map((one): StateFate => {
    const old = find(before, one)
    if (old === undefined) return { kind: one.kind, name: one.name, fate: 'new', reason: '' }
    const reason = difference(old.fingerprint, one.fingerprint)
    return reason === '' ? { kind: one.kind, name: one.name, fate: 'kept', reason } : lost(one.kind, one.name, reason)
  })
  return [...fates, ...gone].sort((a, b) => Number(a.kind === 'operator') - Number(b.kind === 'operator'))
}

const lost = (kind: StateFate['kind'], name: string, reason: string): StateFate => ({ kind, name, fate: 'dropped', reason })

/** Why state with the one meaning does not fit the other, in words; empty: it fits. */
export function difference(before: Fingerprint, after: Fingerprint): string {
  const whats = before['kind'] === after['kind'] ? Object.keys({ ...before, ...after }) : ['kind']
  return whats
    .map((what) => differenceIn(what, before[what] ?? '', after[what] ?? ''))
    .filter((reason) => reason !== '')
    .join('; ')
}

function differenceIn(what: string, before: string | readonly string[], after: string | readonly string[]): string {
  if (typeof before === 'string' || typeof after === 'string') return before === after ? '' : `${what}: ${before} before, ${after} now`
  const missing = after.filter((text) => !before.includes(text))
  return missing.length === 0 ? '' : `${what} not kept before: ${missing.join(', ')}`
}
