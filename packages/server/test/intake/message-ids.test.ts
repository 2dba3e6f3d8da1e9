import { randomInt } from 'node:crypto'
import { Random } from '@millrace/log/testing'
import { describe, expect, it } from 'vitest'
import type { IntakeOptions, IntakeReceipt } from '../../src/intake/intake.ts'
import { bytesOf, Ground, line, streamOfIds } from './ground.ts'

const stream = streamOfIds()
const message = (ground: Ground, ...ids: readonly (string | number)[]) => ground.intake.message(stream, bytesOf(ids.map((id) => line(1, String(id))).join('')))
const idsIn = async (ground: Ground): Promise<readonly string[]> => (await ground.rows()).map(({ sensor }) => sensor)

async function send(ground: Ground, ids: readonly string[], options: IntakeOptions = {}): Promise<IntakeReceipt> {
  const body = ground.intake.open(stream, options)
  await body.push(bytesOf(ids.map((id) => line(1, id)).join('')))
  return await body.end()
}

describe('a stream with a message-id column', () => {
  it('keeps a record once, whichever way it is sent again, and says so', async () => {
    const ground = await Ground.open()
    expect(await message(ground, 'a', 'b', 'a')).toEqual({ accepted: 2, rejected: 0, repeated: 1 })
    expect(await send(ground, ['b', 'c', 'd'])).toMatchObject({ accepted: 2, rejected: 0, repeated: 1, sequences: [3, 4] })
    expect(await send(ground, ['d', 'a'], { producer: { id: 'p', sequence: 1 } })).toMatchObject({
      accepted: 0,
      repeated: 2,
      duplicate: false,
      sequences: null,
    })
    expect(await idsIn(ground)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('answers each of the messages that come together', async () => {
    const ground = await Ground.open()
    const answers = await Promise.all([message(ground, 'a'), message(ground, 'b', 'a'), message(ground, 'a', 'b', 'c')])
    expect(answers.map(({ accepted, repeated }) => [accepted, repeated])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ])
    expect(await idsIn(ground)).toEqual(['a', 'b', 'c'])
  })

  it('does not acknowledge a repetition before what it repeats is durable', async () => {
    const ground = await Ground.open()
    await message(ground, 'z')
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    const [first, again] = await Promise.allSettled([send(ground, ['a', 'b']), message(ground, 'a')])
    expect([first.status, again.status]).toEqual(['rejected', 'rejected'])
    ground.disk.heal()
    expect(await message(ground, 'a', 'b')).toMatchObject({ accepted: 2, repeated: 0 })
    expect(await idsIn(ground)).toEqual(['z', 'a', 'b'])
  })

  it('does not know the ids of a body that was absorbed as another one sent again', async () => {
    const ground = await Ground.open()
    const producer = { id: 'p', sequence: 1 }
    await send(ground, ['a'], { producer })
    const [absorbed, meanwhile] = await Promise.all([send(ground, ['b'], { producer }), send(ground, ['b'])])
    expect([absorbed.duplicate, meanwhile.accepted]).toEqual([true, 1])
    expect(await send(ground, ['c'], { producer })).toMatchObject({ duplicate: true })
    expect(await message(ground, 'c')).toMatchObject({ accepted: 1, repeated: 0 })
    expect(await idsIn(ground)).toEqual(['a', 'b', 'c'])
  })

  it('keeps what a body repeats of one that fails', async () => {
    const ground = await Ground.open()
    await message(ground, 'z')
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: 1 })
    const of = (id: string): IntakeOptions => ({ producer: { id, sequence: 1 } })
    const [first, second] = await Promise.allSettled([send(ground, ['a'], of('p')), send(ground, ['a', 'b'], of('q'))])
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled'])
    expect(await idsIn(ground)).toEqual(['z', 'a', 'b'])
  })

  it('that is deleted and made anew knows nothing of the one before', async () => {
    const ground = await Ground.open()
    await message(ground, 'a')
    await ground.log.erase('t', 'readings')
    expect(await message(ground, 'a')).toMatchObject({ accepted: 1 })
  })

  it('keeps each id once while its record is among the newest, through restarts, and no longer', async () => {
    const seed = randomInt(2 ** 31)
    const random = new Random(seed)
    const known = 50
    let ground = await Ground.open({ knownIds: known })
    const kept: string[] = []
    for (let round = 0; round < 120; round++) {
      if (random.below(12) === 0) ground = await ground.reopened({ knownIds: known })
      const ids = Array.from({ length: 1 + random.below(8) }, () => String(random.below(150)))
      // A record of another stream, so that sequences have gaps.
      if (random.below(3) === 0) await ground.intake.message({ ...stream, name: 'other' }, bytesOf(line(1)))
      await (random.below(2) === 0 ? message(ground, ...ids) : send(ground, ids))
      const before = new Set(kept.slice(-known))
      for (const id of ids) {
        if (!before.has(id)) kept.push(id)
        before.add(id)
      }
    }
    expect(await idsIn(ground), `seed ${seed}`).toEqual(kept)
    expect(kept.length).toBeGreaterThan(200)
  })
})
