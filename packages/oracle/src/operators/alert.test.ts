import type { AlertOperator } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { aggregate, alert, type Brief, logOf, planOf, run } from '../../test/small-plan.ts'

const told = (rows: ReturnType<typeof run>['out']) =>
  rows.map(({ values, sequence, revision, origin }) => `${values['alert']} by ${sequence}, revision ${revision} of ${origin}`)

const overRecords = (more: Partial<AlertOperator>, ...log: readonly Brief[]) => told(run(planOf([alert(more)]), logOf(...log)).out)

/** True for windows with an odd count. */
function overWindows(more: Partial<AlertOperator>, ...log: readonly Brief[]): string[] {
  const rows = {
    kind: 'call',
    name: 'mod',
    args: [
      { kind: 'column', name: 'rows' },
      { kind: 'literal', value: 2 },
    ],
  } as const
  const odd = { kind: 'call', name: 'eq', args: [rows, { kind: 'literal', value: 1 }] } as const
  return told(run(planOf([aggregate({ allowedLatenessMs: 50 }), alert({ input: 'windows', when: odd, ...more })]), logOf(...log)).out)
}

describe('an alert (R4)', () => {
  it('over records opens on the first true and clears on a false or missing, whatever stands between', () => {
    expect(overRecords({}, [1, 'a', 3], [2, 'a', 4], [3, 'a', null], [4, 'a', 1])).toEqual(['open by 0, revision 0 of 0', 'clear by 2, revision 1 of 0'])
  })

  it('an older "on" never beats a newer "over" (rule 1)', () => {
    expect(overRecords({}, [5, 'a', 1], [4, 'a', 3], [6, 'a', 3])).toEqual(['open by 2, revision 0 of 2'])
  })

  it('does not open before the cooldown ends (rule 1)', () => {
    const cooldown = overRecords({ cooldownMs: 10 }, [1, 'a', 3], [2, 'a', 1], [10, 'a', 3], [11, 'a', 3])
    expect(cooldown).toEqual(['open by 0, revision 0 of 0', 'clear by 1, revision 1 of 0', 'open by 3, revision 0 of 3'])
  })

  it('updates where the message changes (rule 2)', () => {
    const message = { kind: 'call', name: 'format', args: [{ kind: 'column', name: 'value' }] } as const
    expect(overRecords({ message }, [1, 'a', 3], [2, 'a', 3], [3, 'a', 4])).toEqual(['open by 0, revision 0 of 0', 'update by 2, revision 1 of 0'])
  })

  it('over windows a revision of the opening window withdraws it, and opens it again with the next revision (rules 1, 3)', () => {
    const rows = overWindows({}, [1, 'a', 1], [10, 'b', 1], [2, 'a', 1], [3, 'a', 1])
    expect(rows).toEqual(['open by 1, revision 0 of 1', 'withdraw by 2, revision 1 of 1', 'open by 3, revision 2 of 3'])
  })

  it('a withdrawn opening does not count for the cooldown (rule 1)', () => {
    const rows = overWindows({ cooldownMs: 30 }, [1, 'a', 1], [10, 'b', 1], [11, 'b', 1], [2, 'a', 1], [12, 'a', 1], [20, 'b', 1])
    expect(rows).toEqual(['open by 1, revision 0 of 1', 'withdraw by 3, revision 1 of 1', 'open by 5, revision 0 of 5'])
  })

  it('a cleared episode is withdrawn by its opening window, if that was its only true one (rule 5)', () => {
    const rows = overWindows({}, [1, 'a', 1], [11, 'a', 1], [12, 'a', 1], [20, 'b', 1], [2, 'a', 1])
    expect(rows.slice(0, 3)).toEqual(['open by 1, revision 0 of 1', 'clear by 3, revision 1 of 1', 'withdraw by 4, revision 2 of 1'])
  })

  it('clears by silence: over windows at the end of the next, over records after clearAfter (rule 6)', () => {
    expect(overWindows({}, [1, 'a', 1], [10, 'c', 1], [18, 'c', 1])).toEqual(['open by 1, revision 0 of 1'])
    expect(overWindows({}, [1, 'a', 1], [10, 'c', 1], [19, 'd', 1]).slice(0, 4)).toContain('clear by 2, revision 1 of 1')
    expect(overRecords({ clearAfterMs: 10 }, [1, 'a', 3], [10, 'b', 1])).toEqual(['open by 0, revision 0 of 0'])
    expect(overRecords({ clearAfterMs: 10 }, [1, 'a', 3], [11, 'b', 1])).toEqual(['open by 0, revision 0 of 0', 'clear by 1, revision 1 of 0'])
  })
})
