/** A law that a log broke. */
export class Violation extends Error {
  constructor(law: string, seen: Readonly<Record<string, unknown>> = {}) {
    super(`Broken: ${law}. Seen: ${JSON.stringify(seen)}`)
    this.name = 'Violation'
  }
}
