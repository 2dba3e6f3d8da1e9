import type { FileHandle } from 'node:fs/promises'
import type { Log } from '@millrace/log'
import { type ErrorCode, MillraceError } from '@millrace/plan'
import type { Intake, IntakeReceipt } from '../../intake/intake.ts'
import { mostPieces } from '../../intake/pieced-body.ts'
import { producerName } from '../../intake/whole-body.ts'
import type { RegisteredStream } from '../../streams/stream-registry.ts'
import { receiveBody } from '../receive-body.ts'
import { fileKind } from './file-kind.ts'
import type { StreamFolder, TakenFile } from './stream-folder.ts'

/** No producer of a request can be called so. */
const producerId = 'the folder'
const mostUnpackedBytes = 2 ** 40
const readBytes = 1 << 20

/** What is wrong with a file itself: it would fail again. */
const faults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FOLDER_FILE_NAME',
  'FOLDER_FILE_UNREADABLE',
  'FORMAT_UNSUPPORTED',
  'GZIP_DAMAGED',
  'GZIP_TOO_LARGE',
  'INTAKE_BODY_TOO_LARGE',
  'LOG_APPEND',
])

/** The number of the next file of a stream: higher than of any that left something in the log. */
export function nextNumber(log: Pick<Log, 'producerSequence'>, { tenant, name }: RegisteredStream): number {
  return Math.floor((log.producerSequence(tenant, producerName(name, producerId)) ?? 0) / mostPieces) + 1
}

/**
 * Brings a file into its stream, exactly once however often it is begun, and puts it away with its receipt. Answers why it failed for good; null: it is
 * done. Throws what passes by itself: it is to be called again then.
 */
export async function takeFile(
  intake: Intake,
  stream: RegisteredStream,
  folder: StreamFolder,
  file: TakenFile,
  signal: AbortSignal,
): Promise<ErrorCode | null> {
  const begunMs = Date.now()
  try {
    const { accepted, rejected, repeated, rejections } = await receive(intake, stream, folder, file, signal)
    await folder.finish(file, 'done', { file: file.name, stream: stream.name, accepted, rejected, repeated, rejections, begunMs, endedMs: Date.now() })
    return null
  } catch (error) {
    if (!(error instanceof MillraceError) || !faults.has(error.code)) throw error
    const { code, message, action } = error
    await folder.finish(file, 'failed', { file: file.name, stream: stream.name, error: { code, message, action }, begunMs, endedMs: Date.now() })
    return code
  }
}

async function receive(intake: Intake, stream: RegisteredStream, folder: StreamFolder, file: TakenFile, signal: AbortSignal): Promise<IntakeReceipt> {
  const { format, isCompressed } = fileKind(file.name)
  const producer = { id: producerId, sequence: file.number * mostPieces }
  const handle = await folder.open(file)
  try {
    return await receiveBody(bytesOf(handle, signal), isCompressed, intake.open(stream, { format, producer, pieces: true }), mostUnpackedBytes)
  } finally {
    await handle.close()
  }
}

async function* bytesOf(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(readBytes))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
