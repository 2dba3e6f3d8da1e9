import { gunzip } from '@millrace/formats'
import { MillraceError } from '@millrace/plan'
import type { IntakeBody, IntakeReceipt } from '../intake/intake.ts'

/** Of a compressed body, unpacked: a small one can hold a thousandfold. */
const mostUnpackedBytes = 1 << 30

/** Sends a body through the intake as fast as it is taken. A body that breaks off is given up; its error goes to whoever still listens. */
export async function receiveBody(
  input: AsyncIterable<Uint8Array>,
  isCompressed: boolean,
  body: IntakeBody,
  mostBytes = mostUnpackedBytes,
): Promise<IntakeReceipt> {
  try {
    const pieces = isCompressed ? gunzip(wholeOnly(input), { mostBytes }) : wholeOnly(input)
    for await (const piece of pieces) await body.push(piece)
    return await body.end()
  } catch (error) {
    await body.abort()
    throw error
  }
}

/** A connection that was cut is not the end of its body. */
async function* wholeOnly(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* input
  } catch (error) {
    throw new MillraceError('INTAKE_CUT', {}, { cause: error })
  }
}
