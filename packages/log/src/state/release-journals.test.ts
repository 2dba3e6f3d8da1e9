import { expect, it } from 'vitest'
import { SimulatedDisk } from '../testing/disk/simulated-disk.ts'
import { journalFile } from './journal-file.ts'
import { type LogState, newState, tenantOf } from './log-state.ts'
import { ManifestFile } from './manifest-file.ts'
import { JournalRelease } from './release-journals.ts'

/** Adds closed journals of which nothing is needed any more. */
async function addJournals(files: SimulatedDisk, state: LogState, count: number, bytes: number): Promise<void> {
  for (let added = 0; added < count; added++) {
    const number = ++state.lastJournal
    const path = `/log/journals/${String(number).padStart(10, '0')}.journal`
    const file = await files.open(path, 'create')
    state.journals.push({ ...journalFile(number, path, file, bytes), closed: true })
  }
}

it('journals wait until they are four times the checkpoint of producers that is written when they go, unless all must go', async () => {
  const files = new SimulatedDisk()
  await files.makeDirectory('/log/journals')
  const state = newState(new Uint8Array(8), 0)
  const release = new JournalRelease(files, '/log', state, new ManifestFile(files, '/log', state))
  const left = async (all = false): Promise<number> => {
    await release.release(all)
    return state.journals.length
  }
  await addJournals(files, state, 1, 1000)
  expect(await left()).toBe(0)
  const { producers } = tenantOf(state, 't')
  for (let id = 0; id < 1000; id++)
    for (let sequence = 0; sequence < 60; sequence++) producers.accept(`p${id}`, { sequence, first: 1, ingestionMs: 0, rows: [1] })
  await addJournals(files, state, 1, 1000)
  expect(await left()).toBe(0)
  const checkpoint = files.files().get(`/log/${state.producersFile}`)?.length ?? 0
  expect(checkpoint).toBeGreaterThan(1 << 20)
  await addJournals(files, state, 3, checkpoint)
  expect(await left()).toBe(3)
  await addJournals(files, state, 1, checkpoint)
  expect(await left()).toBe(0)
  await addJournals(files, state, 1, 1000)
  expect(await left(true)).toBe(0)
})
