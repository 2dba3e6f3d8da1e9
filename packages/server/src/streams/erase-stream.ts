import { deadStream, replayedStream } from '../dead-letters/kept-letter.ts'
import type { Ground } from '../platform-ground.ts'

type Erasing = Pick<Ground, 'log' | 'history' | 'streams'>

/** What a stream that is not declared left goes: its records, its dead letters, which of them were replayed, what the history has of it. */
export async function eraseStream({ log, history, streams }: Erasing, tenant: string, stream: string): Promise<void> {
  await history.forgetStream(tenant, stream)
  for (const each of [stream, deadStream(stream), replayedStream(stream)]) if (log.stream(tenant, each) !== null) await log.erase(tenant, each)
  streams.erased(tenant, stream)
}

/** Streams whose deletion broke off are erased. */
export async function finishErasing(ground: Erasing & Pick<Ground, 'logger'>): Promise<void> {
  for (const { tenant, stream } of ground.streams.erasing())
    await eraseStream(ground, tenant, stream).catch((err: unknown) => ground.logger.error({ tenant, stream, err }, 'not all of a stream could be erased'))
}
