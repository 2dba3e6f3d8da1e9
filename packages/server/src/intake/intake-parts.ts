import type { Log } from '@millrace/log'
import type { Decoders } from './decoders.ts'
import type { Room } from './room.ts'
import type { Turns } from './turns.ts'

/** What all bodies share. */
export interface IntakeParts {
  readonly log: Pick<Log, 'append' | 'now'>
  readonly decoders: Decoders
  readonly room: Room
  readonly turns: Turns
}
