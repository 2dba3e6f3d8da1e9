import { basename, dirname } from 'node:path'
import type { File, Files } from '../../src/files/files.ts'

/**
 * Files whose syncs are told apart by what they cover, such as `journal` (a file) or `directory of a created journal`;
 * those that `skips` names are not carried out, as if the log had forgotten them.
 */
export function withoutSync(files: Files, skips: (what: string) => boolean): Files {
  /** By directory: what happened to its names since it was synced. */
  const changes = new Map<string, Set<string>>()
  const changed = (path: string, how: string): void => {
    const directory = dirname(path)
    changes.set(directory, (changes.get(directory) ?? new Set()).add(`${how} ${kindOf(path)}`))
  }
  return {
    ...bound(files),
    open: async (path, mode) => {
      const file = await files.open(path, mode)
      if (mode === 'create') changed(path, 'created')
      return { ...boundFile(file), sync: async () => (skips(kindOf(path)) ? undefined : file.sync()) }
    },
    rename: async (from, to) => {
      await files.rename(from, to)
      changed(to, 'renamed')
    },
    makeDirectory: async (path) => {
      await files.makeDirectory(path)
      changed(path, 'created')
    },
    syncDirectory: async (path) => {
      const what = [...(changes.get(path) ?? [])].sort()
      changes.delete(path)
      if (!what.some((change) => skips(`directory of a ${change}`))) await files.syncDirectory(path)
    },
  }
}

/** What a path is to the log: `journal`, `manifest`, `segment` ... */
function kindOf(path: string): string {
  const name = basename(path).replace(/\.(new|tmp)$/, '')
  return /\.(\w+)$/.exec(name)?.[1] ?? name
}

function bound(files: Files): Files {
  return {
    open: (path, mode) => files.open(path, mode),
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    makeDirectory: (path) => files.makeDirectory(path),
    removeDirectory: (path) => files.removeDirectory(path),
    list: (path) => files.list(path),
    syncDirectory: (path) => files.syncDirectory(path),
  }
}

function boundFile(file: File): File {
  return {
    read: (into, at) => file.read(into, at),
    write: (parts, at) => file.write(parts, at),
    sync: () => file.sync(),
    truncate: (bytes) => file.truncate(bytes),
    size: () => file.size(),
    close: () => file.close(),
  }
}
