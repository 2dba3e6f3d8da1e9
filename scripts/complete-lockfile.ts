/**
 * `npm ci` wants an entry for every optional dependency, those of other systems included. Where a
 * registry does not offer them, `npm install` leaves them out of the lockfile and `npm ci` then refuses
 * it. This adds what is missing: `npm install --package-lock-only && node scripts/complete-lockfile.ts`.
 * Entries of other systems are never installed here; there, npm finds them by name and version.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  readonly version: string
  readonly dev?: true
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'armv7', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 'loong64', 's390x', 'wasm32']

const file = 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, object> }
const entries = lock.packages as Record<string, Entry>

for (const [place, entry] of Object.entries(entries)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!found(place, name, range)) lock.packages[placeFor(place, name)] = missingEntry(name, range, entry.dev)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)

function found(place: string, name: string, range: string): boolean {
  const fits = (at: string): boolean => at in entries && (!/^\d/.test(range) || entries[at]?.version === range)
  return fits(`${place}/node_modules/${name}`) || fits(`node_modules/${name}`)
}

/** At the top, unless another version stands there. */
function placeFor(place: string, name: string): string {
  const top = `node_modules/${name}`
  return top in entries ? `${place}/${top}` : top
}

/** What a package is for stands in its name: `@biomejs/cli-linux-arm64-musl`. */
function missingEntry(name: string, range: string, dev: true | undefined): object {
  const processor = processors.find((candidate) => name.includes(candidate))
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(dev === undefined ? {} : { dev }),
    ...(name.includes('musl') ? { libc: ['musl'] } : name.includes('gnu') ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [systems.find((candidate) => name.includes(candidate)) ?? 'none'],
  }
}
