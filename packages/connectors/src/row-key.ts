import type { SinkRows } from './contract.ts'

/** What tells a row apart, as text, by the bytes of its line: it stands first in each line that the platform writes. */
export function rowKey(line: Buffer, key: SinkRows['key']): string {
  const before = `{"${key}":`
  const value = line.toString('latin1', before.length, before.length + 40)
  const found = line.toString('latin1', 0, before.length) === before ? /^(?:"([\w-]*)"|(\d+))[,}]/.exec(value) : null
  return found ? (found[1] ?? found[2]!) : String((JSON.parse(line.toString()) as Readonly<Record<string, unknown>>)[key])
}
