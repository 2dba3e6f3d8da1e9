import type { Operation, OperationKind } from './operation.ts'

/** Calls that shall fail. */
export interface Fault {
  readonly kind: OperationKind | readonly OperationKind[]
  /** Only of paths that it matches. */
  readonly path?: RegExp
  /** The first of these calls that fails, from 1. Default 1. */
  readonly nth?: number
  /** How many fail from there on. Default 1; Infinity: until `heal`. */
  readonly times?: number
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS' | 'EXDEV'
}

/** Counts the calls that each fault speaks of. */
export class Faults {
  readonly #planned = new Map<Fault, number>()

  add(fault: Fault): void {
    this.#planned.set(fault, 0)
  }

  clear(): void {
    this.#planned.clear()
  }

  /** The code with which this call fails; null: it does not. */
  next(operation: Operation): Fault['code'] | null {
    let code: Fault['code'] | null = null
    for (const [fault, seen] of this.#planned) {
      if (!speaksOf(fault, operation)) continue
      this.#planned.set(fault, seen + 1)
      const first = fault.nth ?? 1
      if (seen + 1 >= first && seen + 1 < first + (fault.times ?? 1)) code ??= fault.code
    }
    return code
  }
}

function speaksOf(fault: Fault, { kind, path }: Operation): boolean {
  const kinds = typeof fault.kind === 'string' ? [fault.kind] : fault.kind
  return kinds.includes(kind) && (fault.path?.test(path) ?? true)
}
