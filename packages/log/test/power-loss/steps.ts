import type { Retention } from '@millrace/log'
import { copy } from './copies.ts'
import type { Life } from './life.ts'
import type { ModelTenant } from './model.ts'
import { Permission } from './permission.ts'
import { randomAppend, streams, withTimes } from './random-append.ts'
import type { World } from './world.ts'

/** One thing that a program may ask of a log; answers what it was. */
export async function randomStep(life: Life, world: World): Promise<string> {
  const { random } = life
  const tenant = random.pick(life.tenants)
  const step = pickStep(random.next())
  world.nowMs += random.chance(0.1) ? random.between(-5000, 60_000) : random.below(50)
  for (const each of life.tenants) each.latestMs = Math.max(each.latestMs, world.nowMs)
  if (world.faulty && random.chance(0.05)) life.plan()
  await steps[step](life, tenant, world)
  if (random.chance(0.3)) await life.idle()
  return `${step} of ${tenant.name.slice(0, 10)}`
}

type Step = (life: Life, tenant: ModelTenant, world: World) => Promise<void>

const shares = {
  append: 40,
  burst: 8,
  timed: 4,
  producer: 14,
  repeat: 5,
  resend: 4,
  follow: 3,
  read: 9,
  maintain: 8,
  retention: 3,
  pin: 4,
  unpin: 1,
  erase: 2,
  check: 2,
  copy: 1,
} as const
type StepName = keyof typeof shares

function pickStep(draw: number): StepName {
  let left = draw * Object.values(shares).reduce((sum, share) => sum + share, 0)
  for (const [name, share] of Object.entries(shares)) {
    left -= share
    if (left < 0) return name as StepName
  }
  return 'append'
}

const steps: Readonly<Record<StepName, Step>> = {
  append: async (life, tenant, world) => life.append(tenant, randomAppend(life.random, world.nextAppend++)),
  burst: async (life, tenant, world) => {
    for (let count = life.random.between(2, 8); count > 0; count--) life.append(tenant, randomAppend(life.random, world.nextAppend++))
  },
  timed: async (life, tenant, world) => {
    await life.idle()
    const append = withTimes(
      randomAppend(life.random, world.nextAppend++),
      world.faulty ? life.log.now() : Math.max(life.log.lastMs, world.nowMs - 1000),
      life.random,
    )
    for (const each of life.tenants) each.latestMs = Math.max(each.latestMs, append.chunks.at(-1)!.new.ingestionMs!.at(-1)!)
    life.append(tenant, append)
  },
  producer: async (life, tenant, world) => {
    const id = life.random.pick(['gateway-1', 'gateway-2', 'é'])
    const sequence = tenant.producers.get(id) ?? 1
    tenant.producers.set(id, sequence + life.random.pick([1, 1, 3]))
    life.append(tenant, randomAppend(life.random, world.nextAppend++, { id, sequence }))
  },
  repeat: async (life, tenant) => {
    await life.idle()
    const newest = tenant.appends
      .filter(({ id, producer, fate, chunks }) => producer && fate === 'there' && id >= tenant.rememberedFrom && chunks.every(({ erased }) => erased === 'no'))
      .slice(-3)
    if (newest.length > 0) life.repeat(tenant, life.random.pick(newest))
  },
  resend: async (life, tenant) => {
    const absent = tenant.appends.filter(({ producer, fate }) => producer && (fate === 'absent' || fate === 'refused')).slice(-3)
    if (absent.length > 0) life.append(tenant, life.random.pick(absent))
  },
  follow: async (life, tenant) => {
    const of = streams.filter(() => life.random.chance(0.6))
    life.follow(tenant, of, life.random.chance(0.5) ? 0 : life.random.below(tenant.nextSequence + 1))
  },
  read: async (life) => life.readOn(),
  maintain: async (life) => life.start(life.log.maintain()),
  retention: async (life, tenant) => {
    const stream = life.random.pick(streams)
    const retention = randomRetention(life)
    tenant.retentions.set(stream, [...(tenant.retentions.get(stream) ?? []), retention])
    await settled(life, life.log.setRetention(tenant.name, stream, retention))
  },
  pin: async (life, tenant) => {
    await life.idle()
    const of = streams.filter(() => life.random.chance(0.5))
    const sequence = life.random.below(tenant.nextSequence + 2)
    const pin = {
      tenant: tenant.name,
      name: life.random.pick(['job', 'sink']),
      streams: of,
      sequence,
      maxAgeMs: life.random.pick([1e12, 1e12, 50_000]),
      maxBytes: life.random.pick([1e12, 1e12, 4000]),
    }
    // Refused, it may have come into force all the same, in place of the one before.
    tenant.pins.delete(pin.name)
    const keeps = new Map(of.map((stream) => [stream, Math.max(sequence, firstKept(tenant, stream))]))
    if (await settled(life, life.log.pin(pin))) tenant.pins.set(pin.name, { pin, keeps, sinceMs: life.log.now() })
  },
  unpin: async (life, tenant) => {
    const name = life.random.pick(['job', 'sink'])
    tenant.pins.delete(name)
    await settled(life, life.log.unpin(tenant.name, name))
  },
  erase: async (life, tenant, world) => {
    await life.idle()
    const stream = life.random.chance(0.8) ? life.random.pick(streams) : undefined
    const gone = tenant.appends
      .flatMap(({ chunks }) => chunks)
      .filter((chunk) => chunk.erased === 'no' && (stream === undefined || chunk.new.stream === stream))
    for (const chunk of gone) chunk.erased = 'perhaps'
    if (stream === undefined) tenant.pins.clear()
    if (stream === undefined) tenant.rememberedFrom = world.nextAppend
    if (await settled(life, life.log.erase(tenant.name, stream))) for (const chunk of gone) chunk.erased = 'yes'
  },
  check: async (life) => {
    await life.check()
  },
  copy: async (life, _tenant, world) => {
    if (world.copies !== null) await copy(life, `/disk/copies/${world.nextAppend++}`, world.copies)
  },
}

/** false: it was refused with an error that the log may give. */
async function settled(life: Life, work: Promise<void>): Promise<boolean> {
  return life.alive(
    work.then(
      () => true,
      (error: unknown) => {
        life.tolerate(error)
        return false
      },
    ),
  )
}

function randomRetention({ random }: Life): Retention {
  return {
    maxAgeMs: random.chance(0.4) ? random.pick([0, 1000, 100_000]) : null,
    maxBytes: random.chance(0.4) ? random.pick([0, 500, 5000]) : null,
    ...(random.chance(0.1) && { lastOnly: true }),
  }
}

/** The first sequence of a stream from which on nothing may have been dropped yet. */
function firstKept(tenant: ModelTenant, stream: string): number {
  const permission = new Permission(tenant)
  let first = 0
  for (const append of tenant.appends) {
    if (append.sequence === null) continue
    for (const chunk of append.chunks) {
      if (chunk.new.stream === stream && permission.mayBeGone(chunk)) first = append.sequence + chunk.offset + chunk.new.rows
    }
  }
  return first
}
