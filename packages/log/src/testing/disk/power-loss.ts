import { extname } from 'node:path'
import type { Random } from '../random.ts'
import { type Stored, StoredDirectory } from './stored-directory.ts'
import type { StoredFile } from './stored-file.ts'

/** A file that was removed or replaced: its bytes may turn up in others. */
export interface Removed {
  readonly name: string
  readonly file: StoredFile
}

export interface PowerLoss {
  readonly random: Random
  /** Null: holes are zeros. */
  readonly removed: readonly Removed[] | null
  readonly names: 'apart' | 'journal'
}

/** A tree as it may be found after a loss of power. */
export function treeAfterPowerLoss(root: StoredDirectory, { random, removed, names }: PowerLoss): StoredDirectory {
  const made = new Map<Stored, Stored>()
  const find = (name: string, node: Stored): Stored => {
    const known = made.get(node)
    if (known) return known
    const found = node.kind === 'file' ? node.afterPowerLoss(random, () => oldBytes(name, removed, random)) : directory(node)
    made.set(node, found)
    return found
  }
  const directory = (from: StoredDirectory): StoredDirectory => {
    const left = new Map<string, Stored>()
    for (const [name, node] of names === 'journal' ? from.asOfJournal(random) : namesApart(from, random)) left.set(name, find(name, node))
    return new StoredDirectory(left)
  }
  return directory(root)
}

function* namesApart(directory: StoredDirectory, random: Random): Generator<[string, Stored]> {
  for (const [name, choices] of directory.possible()) {
    const node = random.pick(choices)
    if (node) yield [name, node]
  }
}

/** Worst are those of a file of the same kind. */
function oldBytes(name: string, removed: readonly Removed[] | null, random: Random): Uint8Array {
  if (removed === null) return new Uint8Array(0)
  const alike = removed.filter((other) => extname(other.name) === extname(name))
  if (alike.length > 0 && random.chance(0.8)) return random.pick(alike).file.seen.view()
  return Uint8Array.from({ length: 8192 }, () => random.below(256))
}
