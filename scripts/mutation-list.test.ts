import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutations, placesOf } from './mutation-list.ts'

const sources = join(import.meta.dirname, '../packages/engine/src')

describe('the bugs to plant', () => {
  it('are 30 or more', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(30)
  })

  it.each(mutations)('"$name" still has its place in the engine', (mutation) => {
    expect(placesOf(sources, mutation)).not.toEqual([])
  })
})
