import { readFileSync } from 'node:fs'

/** The version of the package, whose manifest stands one folder above the sources or beside what was built from them. */
export function version(): string {
  for (const place of ['./package.json', '../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version
    } catch {
      // The other place has it.
    }
  }
  return 'unknown'
}
