import { limits } from '../limits.ts'
import { quote, type Report } from './report.ts'

/** Names of columns and params: any text but what would be taken for a path, a reserved name or an object's own member. */
export function checkName(name: string, path: string, report: Report): void {
  const reason = nameFault(name)
  if (reason !== null) report('NAME_INVALID', path, { name: quote(name), reason })
}

/** Names of apps, streams, operators and outputs: they become parts of URLs, file names and metrics. */
export function checkId(id: string, path: string, report: Report): void {
  if (!/^[a-z][a-z0-9_-]*$/i.test(id) || id.length > limits.nameLength || isMember(id))
    report('ID_INVALID', path, { name: quote(id), limit: limits.nameLength })
}

/** Reports every name that stood before; `nameAt` are the names by their path. */
export function checkUnique(names: Iterable<readonly [path: string, name: string]>, report: Report): void {
  const seen = new Set<string>()
  for (const [path, name] of names) {
    if (seen.has(name)) report('NAME_DUPLICATE', path, { name: quote(name) })
    seen.add(name)
  }
}

function nameFault(name: string): string | null {
  if (name === '') return 'it is empty'
  if (name.length > limits.nameLength) return `it has ${name.length} characters, the limit is ${limits.nameLength}`
  if (!name.isWellFormed()) return 'it is not well-formed Unicode'
  if (name.includes('.')) return 'dots separate the names of nested columns'
  if (/\p{Cc}/u.test(name)) return 'it holds a control character'
  if (name.startsWith('_')) return 'names that begin with _ are reserved'
  return isMember(name) ? 'it is reserved' : null
}

function isMember(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}
