/**
 * How the cuts in data/ were made from files of the archive and the API:
 *   node cut.ts day FILE.csv.gz 2019-04-24      rows of one day, as gzip
 *   node cut.ts area FILE.json                  records of a snapshot around Stuttgart, one a line
 *   node cut.ts fold FILE.ndjson                polls whose local time is between 02:00 and 03:00 or 11:00 and 12:00
 * Each prints to standard output; nothing but whitespace of a kept record changes.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

interface Located {
  readonly location: { readonly latitude: string; readonly longitude: string }
}

function day(file: string, date: string): Uint8Array {
  const [header, ...rows] = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  return gzipSync([header, ...rows.filter((row) => row.split(';')[5]?.startsWith(date)), ''].join('\n'), { level: 9 })
}

function area(file: string): string {
  const records = JSON.parse(readFileSync(file, 'utf8')) as readonly Located[]
  const near = records.filter(({ location }) => Math.abs(Number(location.latitude) - 48.78) < 0.02 && Math.abs(Number(location.longitude) - 9.18) < 0.04)
  return `[\n${near.map((record) => JSON.stringify(record)).join(',\n')}\n]\n`
}

function fold(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n')
  return `${lines.filter((line) => /^\{"poll_local": "2017-10-29T(02|11)/.test(line)).join('\n')}\n`
}

const [what, file = '', date = ''] = process.argv.slice(2)
const cuts: Readonly<Record<string, () => string | Uint8Array>> = { day: () => day(file, date), area: () => area(file), fold: () => fold(file) }
process.stdout.write(cuts[what ?? '']?.() ?? 'usage: node cut.ts day|area|fold FILE [DATE]\n')
