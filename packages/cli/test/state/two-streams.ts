import type { Plan } from '@millrace/plan'
import { counting } from '../plans.ts'

const [, aggregate, alert] = counting.operators as readonly [Plan['operators'][number], Plan['operators'][number], Plan['operators'][number]]
const readings = counting.streams['readings'] as Plan['streams'][string]

/** Counts of two streams together, of which one falls silent now and then: where ticks stand shows in the results. */
export const twoStreams: Plan = {
  ...counting,
  name: 'two-streams',
  streams: { left: { ...readings, idleTimeoutMs: 5_000 }, right: { ...readings, idleTimeoutMs: 3_000 } },
  operators: [
    { kind: 'read', id: 'read-1', stream: 'left' },
    { kind: 'read', id: 'read-2', stream: 'right' },
    { kind: 'union', id: 'union-1', inputs: ['read-1', 'read-2'] },
    { ...aggregate, input: 'union-1' } as Plan['operators'][number],
    alert,
  ],
  outputs: { ...counting.outputs, records: 'union-1' },
}

/** Lines of readings as `left` and `right` send them: in disorder, with silences, some of them bad. */
export function readingsOf(seed: number, rows: number): string {
  let state = seed
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  let at = draw(1_000)
  const lines = Array.from({ length: rows }, () => {
    at += draw(200) === 0 ? 20_000 : draw(120)
    const value = draw(20) === 0 ? 'odd' : draw(100)
    return `s${draw(5)},${value},${Math.max(0, at - (draw(4) === 0 ? draw(2_000) : 0))}\n`
  })
  return lines.join('')
}
