import type { Intake, IntakeBody } from '../intake/intake.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'

/** The same intake; `received` is told the bytes of every body and message whose records were taken. */
export function countingReceived(intake: Intake, received: (stream: RegisteredStream, bytes: number) => void): Intake {
  return {
    open: (stream, options) => countedBody(intake.open(stream, options), (bytes) => received(stream, bytes)),
    message: async (stream, bytes) => {
      const receipt = await intake.message(stream, bytes)
      received(stream, bytes.length)
      return receipt
    },
    messages: async (stream, bodies, also, signal) => {
      const receipt = await intake.messages(stream, bodies, also, signal)
      received(
        stream,
        bodies.reduce((sum, { length }) => sum + length, 0),
      )
      return receipt
    },
    append: (stream, chunks) => intake.append(stream, chunks),
  }
}

function countedBody(body: IntakeBody, received: (bytes: number) => void): IntakeBody {
  let bytes = 0
  return {
    push: (piece) => {
      bytes += piece.length
      return body.push(piece)
    },
    end: async () => {
      const receipt = await body.end()
      if (!receipt.duplicate) received(bytes)
      return receipt
    },
    abort: () => body.abort(),
  }
}
