import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

describe('work in turns', () => {
  it('takes tenants in turn, whatever waits of one', async () => {
    const turns = new Turns()
    const order: string[] = []
    const work = (tenant: string): Promise<void> => turns.run(tenant, () => order.push(tenant))
    await Promise.all([...Array.from({ length: 4 }, () => work('a')), work('b'), work('c'), work('b')])
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a', 'a'])
  })

  it('lets the event loop go on after every MiB', async () => {
    const turns = new Turns()
    let loops = 0
    const count = (): void => {
      loops++
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    await Promise.all(Array.from({ length: 64 }, () => turns.run('a', () => 256 << 10)))
    clearImmediate(immediate)
    expect(loops).toBeGreaterThanOrEqual(14)
  })

  it('goes on after work that fails', async () => {
    const turns = new Turns()
    const failing = turns.run('a', () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await turns.run('a', () => 1)
  })
})
