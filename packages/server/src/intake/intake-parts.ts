import type { Log } from '@millrace/log'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import type { Decoders } from './decoders.ts'
import type { LastTimes } from './last-times.ts'
import type { MessageIds } from './message-ids.ts'
import type { Room } from './room.ts'
import type { Turns } from './turns.ts'

/** What all bodies share. */
export interface IntakeParts {
  readonly log: Pick<Log, 'append' | 'now' | 'producerSequence' | 'reader' | 'setRetention' | 'stream'>
  readonly decoders: Decoders
  readonly messageIds: MessageIds
  readonly lastTimes: LastTimes
  /** False: the stream was deleted meanwhile. There may be another one of its name. */
  readonly isDeclared: (stream: RegisteredStream) => boolean
  /** Where a tenant wants dead letters as records, too; null: nowhere. */
  readonly deadRecordsOf: (tenant: string) => RegisteredStream | null
  readonly room: Room
  readonly turns: Turns
}
