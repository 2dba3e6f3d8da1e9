import { basename, dirname } from 'node:path'
import type { File, Files } from '@millrace/log'

/**
 * Files whose syncs are told apart by what they cover, such as `journal` (a file) or `directory of a created journal`;
 * those that `skips` names are not carried out, as if the log had forgotten them. A sync of a directory that covers something else too is.
 */
export function withoutSync(files: Files, skips: (what: string) => boolean): Files {
  /** By directory: what happened to its names since it was synced. */
  const changes = new Map<string, Set<string>>()
  const made = new Set<string>()
  const changed = (path: string, what: string): void => {
    changes.set(dirname(path), (changes.get(dirname(path)) ?? new Set()).add(`directory of a ${what}`))
  }
  const madeDirectory = (path: string): void => {
    if (made.has(path) || dirname(path) === path) return
    made.add(path)
    madeDirectory(dirname(path))
    changed(path, `created ${folderKind(path)}`)
  }
  return {
    open: async (path, mode) => {
      const file = await files.open(path, mode)
      if (mode === 'create' && !isTemporary(path)) changed(path, `created ${fileKind(path)}`)
      return { ...bound(file), sync: async () => (skips(fileKind(path)) ? undefined : file.sync()) }
    },
    rename: async (from, to) => {
      await files.rename(from, to)
      changed(to, `renamed ${fileKind(to)}`)
    },
    remove: (path) => files.remove(path),
    link: async (from, to) => {
      await files.link(from, to)
      changed(to, `linked ${fileKind(to)}`)
    },
    makeDirectory: async (path) => {
      await files.makeDirectory(path)
      madeDirectory(path)
    },
    removeDirectory: async (path) => {
      await files.removeDirectory(path)
      made.delete(path)
    },
    list: (path) => files.list(path),
    syncDirectory: async (path) => {
      const covers = [...(changes.get(path) ?? [])]
      if (covers.length > 0 && covers.every(skips)) return
      changes.delete(path)
      await files.syncDirectory(path)
    },
  }
}

function isTemporary(path: string): boolean {
  return /\.new$/.test(path)
}

/** journal, manifest, segment ... */
function fileKind(path: string): string {
  const name = basename(path).replace(/\.new$/, '')
  return /\.(\w+)$/.exec(name)?.[1] ?? name.replace(/-\d+$/, '')
}

/** Folders of tenants and their streams have names of their own. */
function folderKind(path: string): string {
  const inSegments = path.split('/segments/')[1]
  if (inSegments === undefined) return `folder ${basename(path)}`
  return inSegments.includes('/') ? 'folder of a stream' : 'folder of a tenant'
}

function bound(file: File): File {
  return {
    read: (into, at) => file.read(into, at),
    write: (parts, at) => file.write(parts, at),
    sync: () => file.sync(),
    truncate: (bytes) => file.truncate(bytes),
    size: () => file.size(),
    close: () => file.close(),
  }
}
