const space = /[ \t\n\r]*/y
const scalar = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y
const member = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const colon = /:/y
const comma = /,/y

/**
 * Where text stops being JSON: `line 2, column 5`. What `JSON.parse` says would show what stands there, and in files of settings that may
 * be a password.
 */
export function jsonFault(text: string): string {
  const before = text.slice(0, new Place(text).fault())
  const lines = before.split('\n')
  return `line ${lines.length}, column ${(lines.at(-1) as string).length + 1}`
}

/** Goes through a text for as long as it is JSON. */
class Place {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  fault(): number {
    this.#value()
    this.#takes(space)
    return this.#at
  }

  #value(): boolean {
    this.#takes(space)
    if (this.#takes(/\{/y)) return this.#items(/\}/y, () => this.#member())
    if (this.#takes(/\[/y)) return this.#items(/\]/y, () => this.#value())
    return this.#takes(scalar)
  }

  #member(): boolean {
    return this.#takes(member) && this.#spaced(colon) && this.#value()
  }

  #items(end: RegExp, item: () => boolean): boolean {
    if (this.#spaced(end)) return true
    do {
      this.#takes(space)
      if (!item()) return false
    } while (this.#spaced(comma))
    return this.#takes(end)
  }

  #spaced(what: RegExp): boolean {
    this.#takes(space)
    return this.#takes(what)
  }

  #takes(what: RegExp): boolean {
    what.lastIndex = this.#at
    const found = what.test(this.#text)
    if (found) this.#at = what.lastIndex
    return found
  }
}
