import type { RegisteredStream } from '../streams/stream-registry.ts'
import { Decoders } from './decoders.ts'
import { makeDurable, recordsOf } from './durable.ts'
import type { Intake, IntakeBody, IntakeOptions } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'
import { LastTimes } from './last-times.ts'
import { MessageGroups } from './message-groups.ts'
import { MessageIds } from './message-ids.ts'
import { PiecedBody } from './pieced-body.ts'
import { Room } from './room.ts'
import { sourceMessages } from './source-messages.ts'
import { StreamedBody } from './streamed-body.ts'
import { Turns } from './turns.ts'
import { WholeBody } from './whole-body.ts'

export interface IntakeLimits {
  /** Bytes of decoded records that wait to be durable, of all tenants; what comes then waits, or is refused with INTAKE_BUSY. Default 256 MiB. */
  readonly totalBytes?: number
  /** Of one tenant. Default 128 MiB. */
  readonly tenantBytes?: number
  /** Bodies that are decoded at a time; others wait. An eighth is for tenants of which none is. Default 512. */
  readonly bodies?: number
  /** Of one tenant. Default 128. */
  readonly tenantBodies?: number
  /** A body that waits longer for others is refused with INTAKE_BUSY. Default 10 s. */
  readonly bodyWaitMs?: number
  /** Newest records of a stream that are known by their message ids. Default 100,000. */
  readonly knownIds?: number
}

/** Default: all streams stay declared, and none takes dead letters. */
export type IntakeStreams = Pick<IntakeParts, 'isDeclared' | 'deadRecordsOf'>

const streamsThatStay: IntakeStreams = { isDeclared: () => true, deadRecordsOf: () => null }

export function openIntake(log: IntakeParts['log'], limits: IntakeLimits = {}, { isDeclared, deadRecordsOf } = streamsThatStay): Intake {
  const { totalBytes = 256 << 20, tenantBytes = 128 << 20, bodies = 512, tenantBodies = 128, bodyWaitMs = 10_000, knownIds } = limits
  const decoders = new Decoders({ most: bodies, mostOfTenant: tenantBodies, waitMs: bodyWaitMs, mostIdle: 256 })
  const parts = {
    log,
    decoders,
    messageIds: new MessageIds(log, knownIds),
    lastTimes: new LastTimes(log),
    isDeclared,
    deadRecordsOf,
    room: new Room(totalBytes, tenantBytes),
    turns: new Turns(),
  }
  const groups = new MessageGroups(parts)
  return {
    open: (stream, options) => bodyOf(parts, stream, options),
    message: (stream, bytes) => groups.add(stream, bytes),
    messages: (stream, bodies, also) => sourceMessages(parts, stream, bodies, also),
    append: async (stream, chunks) => {
      const appended = await makeDurable(parts, stream, { chunks, bytes: 0 })
      return { accepted: recordsOf(appended), repeated: appended.repeated.length }
    },
  }
}

function bodyOf(parts: IntakeParts, stream: RegisteredStream, options: IntakeOptions): IntakeBody {
  const { producer, pieces = false } = options
  if (producer === undefined) return new StreamedBody(parts, stream, options)
  return pieces ? new PiecedBody(parts, stream, options, producer) : new WholeBody(parts, stream, options, producer)
}
