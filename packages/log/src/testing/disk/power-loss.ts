import type { Random } from '../random.ts'
import { type Stored, StoredDirectory } from './stored-directory.ts'
import type { StoredFile } from './stored-file.ts'

/** A tree as it may be found after a loss of power. */
export function treeAfterPowerLoss(root: StoredDirectory, random: Random, removed: readonly StoredFile[]): StoredDirectory {
  const made = new Map<Stored, Stored>()
  const old = (): Uint8Array => (removed.length > 0 && random.chance(0.7) ? random.pick(removed).seen.view() : noise(random))
  const find = (node: Stored): Stored => {
    const known = made.get(node)
    if (known) return known
    const found = node.kind === 'file' ? node.afterPowerLoss(random, old) : directory(node)
    made.set(node, found)
    return found
  }
  const directory = (from: StoredDirectory): StoredDirectory => {
    const names = new Map<string, Stored>()
    for (const [name, choices] of from.possible()) {
      const node = random.pick(choices)
      if (node) names.set(name, find(node))
    }
    return new StoredDirectory(names)
  }
  return directory(root)
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: 8192 }, () => random.below(256))
}
