import type { Random } from '../random.ts'
import type { StoredFile } from './stored-file.ts'

export type Stored = StoredFile | StoredDirectory

interface NameChange {
  readonly number: number
  readonly name: string
  readonly node: Stored | null
}

/** Names of a directory as programs see them (`seen`), and those that a loss of power leaves for sure. */
export class StoredDirectory {
  readonly kind = 'directory'
  readonly seen: Map<string, Stored>
  readonly #durable: Map<string, Stored>
  #uncovered: NameChange[] = []

  constructor(names: ReadonlyMap<string, Stored> = new Map()) {
    this.seen = new Map(names)
    this.#durable = new Map(names)
  }

  /** null: the name goes. */
  set(number: number, name: string, node: Stored | null): void {
    assign(this.seen, name, node)
    this.#uncovered.push({ number, name, node })
  }

  sync(number: number): void {
    for (const change of this.#uncovered) if (change.number <= number) assign(this.#durable, change.name, change.node)
    this.#uncovered = this.#uncovered.filter((change) => change.number > number)
  }

  /** For each name all that it may stand for after a loss of power; the first is what is durable. */
  possible(): ReadonlyMap<string, readonly (Stored | null)[]> {
    const names = new Map<string, (Stored | null)[]>([...this.#durable].map(([name, node]) => [name, [node]]))
    for (const { name, node } of this.#uncovered) {
      const known = names.get(name)
      if (known) known.push(node)
      else names.set(name, [null, node])
    }
    return names
  }

  /** After a loss of power that leaves the first changes and drops those behind them: a rename is whole. */
  asOfJournal(random: Random): ReadonlyMap<string, Stored> {
    const names = new Map(this.#durable)
    const last = random.pick([0, ...this.#uncovered.map(({ number }) => number)])
    for (const { number, name, node } of this.#uncovered) if (number <= last) assign(names, name, node)
    return names
  }
}

function assign(names: Map<string, Stored>, name: string, node: Stored | null): void {
  if (node) names.set(name, node)
  else names.delete(name)
}
