import { shapeOf } from '@millrace/engine'
import type { JobSpec } from '../job-spec.ts'

/** Jobs that run as one: their shape, and those of it. */
export interface Group {
  /** Name of the shared job. */
  readonly job: string
  readonly members: readonly JobSpec[]
}

/** How jobs of one tenant are run: alone, or as members of a shared job. */
export interface Grouping {
  readonly alone: readonly JobSpec[]
  /** Groups that ran before, with those of their members that are given still. */
  readonly known: readonly Group[]
  readonly begun: readonly Group[]
}

/** Fewer are not worth a job of their own kind. */
const fewestMembers = 2

/**
 * Groups jobs by their shape. One that a group holds stays in it while its shape is the same; others of a shape begin a
 * group together, as they begin at the same place of the log.
 */
export function groupsOf(specs: readonly JobSpec[], before: ReadonlyMap<string, ReadonlySet<string>>): Grouping {
  const known = new Map<string, JobSpec[]>()
  const fresh = new Map<string, JobSpec[]>()
  const alone: JobSpec[] = []
  const groupOf = new Map([...before].flatMap(([group, members]) => [...members].map((member) => [member, group] as const)))
  for (const spec of specs) {
    const shape = shapeOf(spec.plan, spec.params)
    const group = groupOf.get(spec.job)
    if (shape === null) alone.push(spec)
    else if (group?.startsWith(nameOf(shape)) === true) add(known, group, spec)
    else add(fresh, nameOf(shape), spec)
  }
  const begun: Group[] = []
  for (const [name, members] of fresh) {
    if (members.length < fewestMembers) alone.push(...members)
    else begun.push({ job: freeName(name, before), members })
  }
  return { alone, known: [...known].map(([job, members]) => ({ job, members })), begun }
}

/** Shared jobs are told from others by their name. */
export function isGroup(job: string): boolean {
  return /^shared-[0-9a-f]{16}-\d+$/.test(job)
}

function nameOf(shape: string): string {
  return `shared-${shape.replace(/[^0-9a-f]/g, '').slice(0, 16)}-`
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let number = 1
  while (taken.has(`${name}${number}`)) number++
  return `${name}${number}`
}

function add(groups: Map<string, JobSpec[]>, name: string, spec: JobSpec): void {
  const members = groups.get(name)
  if (members === undefined) groups.set(name, [spec])
  else members.push(spec)
}
