import type { MillraceClient } from '@millrace/api'
import type { Plan } from '@millrace/plan'
import { eventually } from './followers.ts'

/** Resolves when the app has taken what its streams hold now; throws where it was given up. */
export async function caughtUp(client: MillraceClient, { name, streams }: Plan): Promise<void> {
  const newest = async (): Promise<number> => {
    const figures = await Promise.all(Object.keys(streams).map(async (stream) => (await client.getStream(stream)).figures))
    return Math.max(...figures.map(({ lastSequence }) => lastSequence ?? 0))
  }
  const wanted = await newest()
  await eventually(`${name} takes ${wanted}`, async () => {
    const known = await newest()
    const { figures } = await client.appFigures(name)
    if (figures !== null) return known - figures.lag >= wanted
    const { state, job } = await client.getApp(name)
    if (state === 'failed') throw new Error(`${name} was given up: ${JSON.stringify(job?.ended)}`)
    return false
  })
}
