import type { StreamNode } from '@millrace/plan'

/** Whether the first line that is sent is a header, to be read with everything that follows: names of columns only, each once. */
export function isHeader(line: Uint8Array, { format, schema }: StreamNode): boolean {
  if (format.kind !== 'csv' || format.header === 'absent') return false
  if (format.header === 'present') return true
  const names = Buffer.from(line)
    .toString()
    .replace(/^\ufeff|[\r\n]+$/g, '')
    .split(format.separator)
    .map((name) => name.replace(/^"(.*)"$/, '$1'))
  const columns = new Set(schema.columns.map(({ name, from = name }) => from))
  return new Set(names).size === names.length && names.every((name) => columns.has(name))
}
