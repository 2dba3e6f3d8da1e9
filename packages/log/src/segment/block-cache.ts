import type { Block } from './segment-file.ts'

interface Kept {
  readonly block: Promise<Block>
  /** 0 until it was read. */
  bytes: number
}

/** What a block costs beside its bytes, about. */
const overheadBytes = 4096

/** Blocks that were read lately, up to a number of bytes: all who read the same rows at about the same time share the memory. */
export class BlockCache {
  readonly #mostBytes: number
  /** From the one that was asked for longest ago to the newest. */
  readonly #blocks = new Map<string, Kept>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** `file` and `block` name it; `read` is asked where it is not there. */
  get(file: string, block: number, read: () => Promise<Block>): Promise<Block> {
    const key = `${file}#${block}`
    const known = this.#blocks.get(key)
    if (known === undefined) return this.#add(key, read)
    this.#blocks.delete(key)
    this.#blocks.set(key, known)
    return known.block
  }

  has(file: string, block: number): boolean {
    return this.#blocks.has(`${file}#${block}`)
  }

  #add(key: string, read: () => Promise<Block>): Promise<Block> {
    const kept: Kept = { block: read(), bytes: 0 }
    this.#blocks.set(key, kept)
    kept.block.then(
      ({ bytes }) => {
        if (this.#blocks.get(key) !== kept) return
        kept.bytes = bytes + overheadBytes
        this.#bytes += kept.bytes
        this.#shrink()
      },
      () => this.#remove(key),
    )
    return kept.block
  }

  #shrink(): void {
    for (const key of this.#blocks.keys()) {
      if (this.#bytes <= this.#mostBytes) return
      this.#remove(key)
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#blocks.get(key)?.bytes ?? 0
    this.#blocks.delete(key)
  }
}
