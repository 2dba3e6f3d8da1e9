import { type Operation, systemError } from './operation.ts'
import { type Stored, StoredDirectory } from './stored-directory.ts'

/** Names of a disk, as programs see them. */
export class Tree {
  readonly root: StoredDirectory

  constructor(root = new StoredDirectory()) {
    this.root = root
  }

  find(path: string): Stored | null {
    let node: Stored | null = this.root
    for (const name of namesOf(path)) node = node?.kind === 'directory' ? (node.seen.get(name) ?? null) : null
    return node
  }

  /** What an operation speaks of; ENOENT, EISDIR or ENOTDIR where it is not there or not of its kind. */
  get<K extends Stored['kind']>(operation: Pick<Operation, 'kind' | 'path'>, kind: K): Extract<Stored, { kind: K }> {
    const node = this.find(operation.path)
    if (!node) throw systemError('ENOENT', operation)
    if (!isOf(node, kind)) throw systemError(node.kind === 'directory' ? 'EISDIR' : 'ENOTDIR', operation)
    return node
  }

  /** The directory in which a path's last name stands, and that name. */
  place(operation: Pick<Operation, 'kind' | 'path'>): { readonly directory: StoredDirectory; readonly name: string } {
    const names = namesOf(operation.path)
    const parent = this.find(names.slice(0, -1).join('/'))
    if (parent?.kind !== 'directory') throw systemError(parent ? 'ENOTDIR' : 'ENOENT', operation)
    return { directory: parent, name: names.at(-1) ?? '' }
  }
}

export function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

/** Bytes of all files, as programs see them. */
export function bytesOf(node: Stored): number {
  if (node.kind === 'file') return node.seen.length
  let bytes = 0
  for (const child of node.seen.values()) bytes += bytesOf(child)
  return bytes
}

function isOf<K extends Stored['kind']>(node: Stored, kind: K): node is Extract<Stored, { kind: K }> {
  return node.kind === kind
}
