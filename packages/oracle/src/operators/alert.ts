import { type AlertOperator, limits, nextWindowEnd, type Window } from '@millrace/plan'
import { evaluationOf, type Meaning } from '../expression.ts'
import { entryOf } from '../groups.ts'
import type { OperatorRun } from '../operator-run.ts'
import type { Row } from '../row.ts'
import type { AlertCounts } from '../stats.ts'
import { keyText } from '../value.ts'

interface Episode {
  /** The row that opened it. */
  readonly opening: Row
  readonly place: number
  /** Of all openings of the operator. */
  readonly number: number
  revision: number
  /** Of its last true row. */
  message: string
  lastTrue: Row
  /** Its opening window was its only true one. */
  onlyOpening: boolean
  state: 'open' | 'cleared' | 'withdrawn'
}

interface KeyState {
  /** The key's last episode, whatever became of it; null: it never had one. */
  episode: Episode | null
  /** The highest place the key's episode has seen. */
  newest: number
  /** The highest place of any row of the key. */
  highest: number
  /** Place of the last opening, from which the cooldown counts; null: there is none, or it was withdrawn. */
  opened: number | null
}

type Change = 'open' | 'update' | 'clear' | 'withdraw'

/** Episodes a key, as semantics R4 numbers its rules. `window`: of the input's rows; null: records or running totals. */
export function alert(operator: AlertOperator, window: Window | null, meaning: Meaning, counts: AlertCounts): OperatorRun {
  const when = evaluationOf(operator.when, meaning)
  const text = evaluationOf(operator.message, meaning)
  const messageOf = (row: Row): string => cut(String(text(row.values) ?? ''))
  /** In the order in which the keys came. */
  const keys = new Map<string, KeyState>()

  function take(row: Row): Row[] {
    const key = entryOf(keys, keyText(operator.key, row.values), newKey)
    const place = placeOf(row)
    if (window === null && place < key.highest) return []
    key.highest = Math.max(key.highest, place)
    const isTrue = when(row.values) === true
    if (key.episode?.state === 'open') return isTrue ? goOn(key, key.episode, row, place) : stop(key, key.episode, row, place)
    return isTrue ? start(key, row, place) : stayClosed(key, row, place)
  }

  const placeOf = (row: Row): number => (window === null ? row.time : (row.windowEnd as number))

  /** Rule 1. */
  function start(key: KeyState, row: Row, place: number): Row[] {
    const last = key.episode
    if (last !== null && place < key.newest) return []
    key.newest = place
    if (key.opened !== null && place < key.opened + operator.cooldownMs) {
      counts.suppressed++
      return []
    }
    key.opened = place
    const again = window !== null && last !== null && last.place === place
    const episode: Episode = {
      opening: row,
      place,
      number: counts.opened++,
      revision: again ? last.revision + 1 : 0,
      message: messageOf(row),
      lastTrue: row,
      onlyOpening: true,
      state: 'open',
    }
    key.episode = episode
    return [shown(episode, 'open', row)]
  }

  /** Rules 2 and 4. */
  function goOn(key: KeyState, episode: Episode, row: Row, place: number): Row[] {
    if (place < key.newest) return []
    key.newest = place
    episode.lastTrue = row
    if (place !== episode.place) episode.onlyOpening = false
    const message = messageOf(row)
    if (message === episode.message) return []
    episode.message = message
    return change(episode, 'update', row)
  }

  /** Rules 3 and 4. */
  function stop(key: KeyState, episode: Episode, row: Row, place: number): Row[] {
    if (place < key.newest) return []
    const withdraws = window !== null && place === key.newest && place === episode.place
    key.newest = place
    return withdraws ? withdraw(key, episode, row) : clear(episode, row)
  }

  /** Rule 5. */
  function stayClosed(key: KeyState, row: Row, place: number): Row[] {
    const { episode } = key
    if (episode === null) return []
    if (window !== null && episode.state === 'cleared' && place === episode.place && episode.onlyOpening) return withdraw(key, episode, row)
    key.newest = Math.max(key.newest, place)
    return []
  }

  function clear(episode: Episode, row: Row): Row[] {
    episode.state = 'cleared'
    return change(episode, 'clear', row)
  }

  function withdraw(key: KeyState, episode: Episode, row: Row): Row[] {
    episode.state = 'withdrawn'
    // An opening before it was a cooldown ago already.
    key.opened = null
    return change(episode, 'withdraw', row)
  }

  function change(episode: Episode, what: Exclude<Change, 'open'>, row: Row): Row[] {
    episode.revision++
    counts[what === 'update' ? 'updated' : what === 'clear' ? 'cleared' : 'withdrawn']++
    return [shown(episode, what, row)]
  }

  function shown({ opening, place, revision, message }: Episode, what: Change, row: Row): Row {
    return {
      ...row,
      values: { alert: what, severity: operator.severity, message, openedAt: place, ...row.values },
      revision,
      windowStart: opening.windowStart,
      windowEnd: opening.windowEnd,
      element: opening.element,
      origin: opening.sequence,
    }
  }

  /** Rule 6: the watermark at which silence clears a key's episode. */
  function silentAt({ newest, episode }: KeyState): number | null {
    if (episode?.state !== 'open') return null
    if (window !== null) return nextWindowEnd(window, newest) - 1
    return operator.clearAfterMs === null ? null : newest + operator.clearAfterMs
  }

  const silences = () =>
    [...keys.values()].flatMap((key) => {
      const at = silentAt(key)
      return at === null ? [] : [{ at, episode: key.episode as Episode }]
    })

  return {
    rows: ([rows = []]) => rows.flatMap(take),
    due: () => silences().reduce<number | null>((least, { at }) => (least === null ? at : Math.min(least, at)), null),
    reach: (watermark, sequence) =>
      silences()
        .filter(({ at }) => watermark >= at)
        .sort((a, b) => a.episode.number - b.episode.number)
        .flatMap(({ episode, at }) => clear(episode, { ...episode.lastTrue, sequence, time: at })),
  }
}

const newKey = (): KeyState => ({
  episode: null,
  newest: Number.NEGATIVE_INFINITY,
  highest: Number.NEGATIVE_INFINITY,
  opened: null,
})

/** Semantics L1: longer messages are cut at a character. */
function cut(message: string): string {
  let bytes = 0
  let kept = ''
  for (const character of message) {
    bytes += Buffer.byteLength(character)
    if (bytes > limits.messageBytes) break
    kept += character
  }
  return kept
}
