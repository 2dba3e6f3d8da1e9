export type OperationKind =
  | 'open'
  | 'create'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'size'
  | 'close'
  | 'rename'
  | 'remove'
  | 'link'
  | 'makeDirectory'
  | 'removeDirectory'
  | 'list'
  | 'syncDirectory'

/** A call of the file system, as it is about to be carried out. */
export interface Operation {
  /** From 1, of this disk. */
  readonly number: number
  readonly kind: OperationKind
  /** Of a rename or link: the old path. */
  readonly path: string
}

/** What changes a disk: what a read-only one refuses. */
export const changing: ReadonlySet<OperationKind> = new Set(['create', 'write', 'truncate', 'rename', 'remove', 'link', 'makeDirectory', 'removeDirectory'])

/** An error as the system gives it. */
export function systemError(code: string, { kind, path }: Pick<Operation, 'kind' | 'path'>): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${kind} '${path}'`), { code, syscall: kind, path })
}
