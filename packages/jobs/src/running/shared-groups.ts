import { type Membership, type Shape, type Shaped, Shapes } from '@millrace/engine'
import type { JobSpec } from '../job-spec.ts'

/** Jobs that run as one: the name of the shared job, one of them, and what all have of their own. */
export interface Group {
  readonly job: string
  readonly first: JobSpec
  readonly members: Membership
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
 * group together, as they begin at the same place of the log. Specs are read once; the plans of members are not kept.
 */
export function groupsOf(specs: Iterable<JobSpec>, before: ReadonlyMap<string, ReadonlySet<string>>): Grouping {
  const known = new Map<string, Gathered>()
  const fresh = new Map<string, Gathered>()
  const alone: JobSpec[] = []
  const shapes = new Shapes()
  const groupOf = new Map([...before].flatMap(([group, members]) => [...members].map((member) => [member, group] as const)))
  for (const spec of specs) {
    const shaped = shapes.of(spec.plan, spec.params)
    if (shaped === null) {
      alone.push(spec)
      continue
    }
    const name = nameOf(shaped.shape)
    const group = groupOf.get(spec.job)
    if (group?.startsWith(name) === true) add(known, group, spec, shaped)
    else add(fresh, name, spec, shaped)
  }
  const begun: Group[] = []
  for (const [name, gathered] of fresh) {
    if (gathered.ids.length < fewestMembers) alone.push(gathered.first)
    else begun.push(groupNamed(freeName(name, before), gathered))
  }
  return { alone, known: [...known].map(([job, gathered]) => groupNamed(job, gathered)), begun }
}

/** Shared jobs are told from others by their name. */
export function isGroup(job: string): boolean {
  return /^shared-[0-9a-f]{16}-\d+$/.test(job)
}

function nameOf({ hash }: Shape): string {
  return `shared-${hash.replace(/[^0-9a-f]/g, '').slice(0, 16)}-`
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let number = 1
  while (taken.has(`${name}${number}`)) number++
  return `${name}${number}`
}

interface Gathered {
  readonly first: JobSpec
  readonly shape: Shape
  readonly ids: string[]
  readonly values: Shaped['values'][]
}

function add(groups: Map<string, Gathered>, name: string, spec: JobSpec, { shape, values }: Shaped): void {
  const gathered = groups.get(name)
  if (gathered === undefined) groups.set(name, { first: spec, shape, ids: [spec.job], values: [values] })
  else {
    gathered.ids.push(spec.job)
    gathered.values.push(values)
  }
}

function groupNamed(job: string, { first, shape, ids, values }: Gathered): Group {
  return { job, first, members: { ids, plan: shape.plan, values } }
}
