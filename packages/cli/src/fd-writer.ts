import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { MillraceError } from '@millrace/plan'

/** Gathers small writes into large ones; what stands in the buffer is written by `flush` and `close`. */
export interface FdWriter {
  write(bytes: Uint8Array): void
  flush(): void
  close(): void
  /** The reader of standard output went away; further bytes are dropped. */
  readonly closedByReader: boolean
}

const bufferBytes = 256 << 10
const standardOutput = 1

/** Opens a file anew, or standard output (`-`). Every failure is a CLI_OUTPUT_FAILED that names the file. */
export function openFdWriter(file: string): FdWriter {
  const toStandardOutput = file === '-'
  const fd = toStandardOutput ? standardOutput : openAnew(file)
  const buffer = new Uint8Array(bufferBytes)
  let used = 0
  const writer = {
    closedByReader: false,
    write(bytes: Uint8Array) {
      if (used + bytes.length > bufferBytes) writer.flush()
      if (bytes.length > bufferBytes) drain(bytes)
      else {
        buffer.set(bytes, used)
        used += bytes.length
      }
    },
    flush() {
      const full = buffer.subarray(0, used)
      used = 0
      drain(full)
    },
    close() {
      writer.flush()
      if (!toStandardOutput) closeSync(fd)
    },
  }
  return writer

  function drain(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length && !writer.closedByReader; ) {
      try {
        from += writeSync(fd, bytes, from)
      } catch (failure) {
        const { code } = failure as NodeJS.ErrnoException
        if (code === 'EAGAIN') waitForReader()
        else if (code === 'EPIPE' && toStandardOutput) writer.closedByReader = true
        else throw outputFailed(toStandardOutput ? 'standard output' : file, failure)
      }
    }
  }
}

function openAnew(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'w')
  } catch (failure) {
    throw outputFailed(file, failure)
  }
}

/** A pipe that does not block is full: its reader needs a moment. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space or write elsewhere; what was written so far is kept.',
  EDQUOT: 'The disk quota is used up: free some space or write elsewhere; what was written so far is kept.',
  EACCES: 'You may not write there: choose another folder or change its permissions.',
  EROFS: 'The file system is read-only: write elsewhere.',
  EISDIR: 'It is a folder: name a file in it.',
  ENOTDIR: 'Part of the path is a file: name another folder.',
  EEXIST: 'Part of the path is a file: name another folder.',
}

function outputFailed(file: string, failure: unknown): MillraceError {
  const { code = '', message } = failure as NodeJS.ErrnoException
  return new MillraceError('CLI_OUTPUT_FAILED', { file, reason: message, remedy: remedies[code] ?? 'Check the path and the disk.' }, { cause: failure })
}
