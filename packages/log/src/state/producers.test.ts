import { describe, expect, it } from 'vitest'
import { Producer, windowAppends } from './producer.ts'
import { maxProducers, Producers } from './producers.ts'

const accepted = (sequence: number) => ({ sequence, first: sequence * 10, ingestionMs: sequence, rows: [1, 2] })

describe('producers', () => {
  it('know the 128 highest sequences, whatever the order in which they came and the gaps between them', () => {
    const producers = new Producers()
    const sequences = Array.from({ length: windowAppends }, (_, index) => 1000 - index * 3)
    for (const sequence of sequences) producers.accept('p', accepted(sequence))
    for (const sequence of sequences) expect(producers.find('p', sequence)).toEqual(accepted(sequence))
    expect(producers.find('p', 999)).toBeNull()
    expect(producers.find('p', 5)).toBeNull()
    expect(producers.find('q', 1000)).toBeNull()
    expect(producers.highest('p')).toBe(1000)
  })

  it('cannot tell of what stands below their window, and say so', () => {
    const producers = new Producers()
    for (let sequence = 0; sequence <= windowAppends; sequence++) producers.accept('p', accepted(sequence))
    expect(producers.find('p', 0)).toBe('too-old')
    expect(producers.find('p', 1)).toEqual(accepted(1))
    producers.accept('p', accepted(0))
    expect(producers.find('p', 0)).toBe('too-old')
  })

  it('are as they were when what is known is accepted again', () => {
    const producers = new Producers()
    for (const sequence of [3, 1, 2, 1, 3]) producers.accept('p', accepted(sequence))
    const [[id, producer] = []] = [...producers.entries()]
    expect([id, producer?.floor, producer?.count]).toEqual(['p', -1, 3])
    expect([0, 1, 2].map((place) => producer?.at(place))).toEqual([accepted(1), accepted(2), accepted(3)])
  })

  it('are those heard of last after a restart, too, in whatever order journals and checkpoint tell of them', () => {
    const producers = new Producers()
    const heard = (id: number) => ({ ...accepted(1), first: 100 + id })
    for (let id = 1; id <= maxProducers; id++) {
      const of = new Producer(-1)
      of.accept(heard(id))
      producers.restore(`p${id}`, of)
    }
    producers.recall('older', heard(-1))
    producers.recall('p1', { ...heard(maxProducers + 1), sequence: 2 })
    producers.recall('newer', heard(maxProducers + 2))
    producers.restored()
    expect([producers.highest('older'), producers.highest('p1'), producers.highest('p2'), producers.highest('newer')]).toEqual([null, 2, null, 1])
    expect([...producers.entries()].slice(-2).map(([id]) => id)).toEqual(['p1', 'newer'])
  })

  it('are bounded: the one that was quiet for longest is forgotten', () => {
    const producers = new Producers()
    for (let id = 0; id < maxProducers; id++) producers.accept(`p${id}`, accepted(1))
    producers.accept('p0', accepted(2))
    producers.accept('new', accepted(1))
    expect(producers.highest('p0')).toBe(2)
    expect(producers.highest('p1')).toBeNull()
    expect([...producers.entries()]).toHaveLength(maxProducers)
  })
})
