import { expect, it } from 'vitest'
import { StreamFolder } from '../../src/gateways/folder/stream-folder.ts'
import { type FoundFolder, WaitingFolders } from '../../src/gateways/folder/waiting-folders.ts'

const folder = (tenant: string, name: string): FoundFolder => ({ tenant, name, place: new StreamFolder(tenant, name), entrance: `${tenant}/${name}` })

/** Streams that have their turn. */
class Taking extends Map<string, FoundFolder> {
  /** Begins all turns that there is room for; answers them. */
  begin(waiting: WaitingFolders): readonly string[] {
    const begun: string[] = []
    for (let found = waiting.take(this); found !== null; found = waiting.take(this)) {
      this.set(found.entrance, found)
      begun.push(found.entrance)
    }
    return begun
  }
}

it('a tenant that comes later finds a place, however long the files of another take', () => {
  const [waiting, taking] = [new WaitingFolders(), new Taking()]
  for (const name of ['1', '2', '3', '4', '5']) waiting.add(folder('a', name))
  expect(taking.begin(waiting)).toEqual(['a/1', 'a/2', 'a/3'])
  waiting.add(folder('b', '1'))
  waiting.add(folder('b', '2'))
  expect(taking.begin(waiting)).toEqual(['b/1'])
  taking.delete('a/1')
  expect(taking.begin(waiting)).toEqual([])
  taking.delete('a/2')
  expect(taking.begin(waiting)).toEqual(['a/4'])
  taking.delete('a/4')
  expect(taking.begin(waiting)).toEqual(['b/2'])
})

it('tenants have their turns one after the other, and so have the streams of each', () => {
  const [waiting, taking] = [new WaitingFolders(), new Taking()]
  for (const name of ['1', '2', '3']) for (const tenant of ['a', 'b']) waiting.add(folder(tenant, name))
  const turns: string[] = []
  for (let turn = 0; turn < 6; turn++) {
    const found = waiting.take(taking) as FoundFolder
    turns.push(found.entrance)
    waiting.add(found)
  }
  expect(turns).toEqual(['a/1', 'b/1', 'a/2', 'b/2', 'a/3', 'b/3'])
})

it('a stream that has its turn waits for it to end before the next one', () => {
  const [waiting, taking] = [new WaitingFolders(), new Taking()]
  waiting.add(folder('a', '1'))
  taking.begin(waiting)
  waiting.add(folder('a', '1'))
  expect(taking.begin(waiting)).toEqual([])
  taking.clear()
  expect(taking.begin(waiting)).toEqual(['a/1'])
})

it('nothing of a tenant that is forgotten has a turn', () => {
  const [waiting, taking] = [new WaitingFolders(), new Taking()]
  for (const tenant of ['a', 'b']) waiting.add(folder(tenant, '1'))
  waiting.forget('a')
  expect(taking.begin(waiting)).toEqual(['b/1'])
})
