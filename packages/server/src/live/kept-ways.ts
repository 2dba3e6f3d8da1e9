import { type ErrorCode, MillraceError } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'

/** What a tenant made, under a name that is unique within it. */
export interface Named {
  readonly tenant: string
  readonly name: string
}

/** By what the results of an output leave the server, as its tenant made it. */
export interface Way extends Named {
  readonly app: string
  readonly output: string
  readonly from: 'begin' | 'now'
  readonly createdMs: number
}

/** What sets the ways of one kind apart. */
export interface WayKind<W extends Named> {
  /** In the control database. */
  readonly table: string
  /** By property. */
  readonly columns: Readonly<Record<keyof W & string, string>>
  /** As a tenant's quota names them. */
  readonly called: string
  readonly errors: { readonly exists: ErrorCode; readonly unknown: ErrorCode /** The word that stands for the name. */; readonly word: string }
}

/** A tenant may have so many of a kind. */
const maxWays = 100

/** The ways of one kind in the control database. */
export class KeptWays<W extends Named> {
  private readonly control: Control
  private readonly kind: WayKind<W>
  private readonly properties: readonly (keyof W & string)[]
  private readonly select: string

  constructor(control: Control, kind: WayKind<W>) {
    this.control = control
    this.kind = kind
    this.properties = Object.keys(kind.columns) as (keyof W & string)[]
    this.select = `SELECT ${this.properties.map((property) => `${kind.columns[property]} AS "${property}"`).join(', ')} FROM ${kind.table}`
  }

  /** Errors: that there is one of that name, TENANT_QUOTA. */
  create(way: W): void {
    const { table, columns, called, errors } = this.kind
    if (this.find(way.tenant, way.name) !== null) throw new MillraceError(errors.exists, { [errors.word]: way.name })
    if (this.list(way.tenant).length >= maxWays) throw new MillraceError('TENANT_QUOTA', { limit: maxWays, what: called })
    const values = this.properties.map((property) => way[property] as string | number)
    this.control.run(`INSERT INTO ${table} (${Object.values(columns).join(', ')}) VALUES (${values.map(() => '?').join(', ')})`, ...values)
  }

  /** As `create`; where it cannot be started it is not there. Errors: those of both. */
  async createStarted(way: W, start: () => Promise<void>): Promise<void> {
    this.create(way)
    try {
      await start()
    } catch (error) {
      this.delete(way.tenant, way.name)
      throw error
    }
  }

  find(tenant: string, name: string): W | null {
    return this.control.one(`${this.select} WHERE tenant = ? AND name = ?`, tenant, name) as (Row & W) | null
  }

  /** Errors: that it is unknown. */
  get(tenant: string, name: string): W {
    return this.find(tenant, name) ?? this.refuse(name)
  }

  /** Errors: that it is unknown, where it is no longer the one that was made: its tenant was deleted, say, and somebody else has its name. */
  check(way: W): void {
    const found = this.get(way.tenant, way.name)
    if (this.properties.some((property) => found[property] !== way[property])) this.refuse(way.name)
  }

  list(tenant: string): readonly W[] {
    return this.control.all(`${this.select} WHERE tenant = ? ORDER BY name`, tenant) as readonly (Row & W)[]
  }

  all(): readonly W[] {
    return this.control.all(`${this.select} ORDER BY tenant, name`) as readonly (Row & W)[]
  }

  /** Of the same tenant and name. */
  replace(way: W): void {
    const { table, columns } = this.kind
    const set = Object.values(columns).map((column) => `${column} = ?`)
    const values = this.properties.map((property) => way[property] as string | number)
    this.control.run(`UPDATE ${table} SET ${set.join(', ')} WHERE tenant = ? AND name = ?`, ...values, way.tenant, way.name)
  }

  delete(tenant: string, name: string): void {
    this.control.run(`DELETE FROM ${this.kind.table} WHERE tenant = ? AND name = ?`, tenant, name)
  }

  private refuse(name: string): never {
    const { unknown, word } = this.kind.errors
    throw new MillraceError(unknown, { [word]: name })
  }
}
