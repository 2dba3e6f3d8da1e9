import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'

/** A file of an archive: its bytes, or where they are. */
export type ArchiveFile = { readonly name: string } & ({ readonly bytes: Uint8Array } | { readonly file: string; readonly size: number })

export interface Archive {
  readonly stream: Readable
  /** Resolves when `files` has ended, after the stream was closed. */
  readonly ended: Promise<void>
}

/** A tar archive (POSIX) that is made as it is read: a slow reader holds no more than one file of bytes. Where `files` throws, it breaks off. */
export function tarStream(files: (signal: AbortSignal) => AsyncGenerator<ArchiveFile>): Archive {
  const closed = new AbortController()
  const archive = pack()
  const written = write(files(closed.signal), archive).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  const stream = Readable.from(archive, { objectMode: false })
  stream.on('close', () => {
    closed.abort()
    archive.destroy()
  })
  return { stream, ended: written }
}

async function write(files: AsyncGenerator<ArchiveFile>, archive: Pack): Promise<void> {
  for await (const file of files) {
    const size = 'bytes' in file ? file.bytes.length : file.size
    const entry = archive.entry({ name: file.name, size, mode: 0o600 })
    await pipeline('bytes' in file ? Readable.from([file.bytes]) : createReadStream(file.file, { end: Math.max(0, size - 1) }), entry)
  }
  archive.finalize()
}
