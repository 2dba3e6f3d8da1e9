import { type File, type Files, nodeFiles } from '@millrace/log'

/** What the log did to its journals: bytes of a write, or that it was synced. */
export type Written = readonly (number | 'sync')[]

/** The machine's files, noting what is written to journals. */
export function recordedFiles(written: (number | 'sync')[]): Files {
  return {
    ...nodeFiles,
    async open(path, mode) {
      const file = await nodeFiles.open(path, mode)
      return path.includes('journals') && mode !== 'read' ? recorded(file, written) : file
    },
  }
}

function recorded(file: File, written: (number | 'sync')[]): File {
  return {
    read: (into, at) => file.read(into, at),
    write(parts, at) {
      written.push(parts.reduce((sum, { length }) => sum + length, 0))
      return file.write(parts, at)
    },
    sync() {
      written.push('sync')
      return file.sync()
    },
    truncate: (bytes) => file.truncate(bytes),
    size: () => file.size(),
    close: () => file.close(),
  }
}

/** The same bytes in as many writes and syncs, one behind the other, and nothing else. */
export async function writePlainly(path: string, written: Written, payload: Uint8Array): Promise<void> {
  const file = await nodeFiles.open(path, 'create')
  let at = 0
  for (const step of written) {
    if (step === 'sync') await file.sync()
    else {
      await file.write(partsOf(step, payload), at)
      at += step
    }
  }
  await file.close()
}

function partsOf(bytes: number, payload: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let left = bytes; left > 0; left -= payload.length) parts.push(left >= payload.length ? payload : payload.subarray(0, left))
  return parts
}
