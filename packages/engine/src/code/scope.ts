import type { Field, FieldType } from '@millrace/plan'

/**
 * A piece of generated code that computes one value of a row: `before` are statements that must run
 * first, `value` and `missing` are JavaScript expressions over what they left. `missing` is the text
 * `false` where the value is never missing. Values: numbers (timestamps and durations as ms), booleans,
 * JavaScript strings.
 */
export interface Code {
  readonly before: string
  readonly value: string
  readonly missing: string
}

export const never = 'false'

/** What generated code may refer to: names are made here, tenant text goes into `constants`. */
export class Scope {
  readonly constants: unknown[] = []
  private temporaries = 0

  temporary(): string {
    return `t${this.temporaries++}`
  }

  /** The name under which generated code finds a value. */
  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    if (known >= 0) return `k[${known}]`
    return `k[${this.constants.push(value) - 1}]`
  }
}

/** How generated code reads the columns of a batch at row `i`. */
export class ColumnAccess {
  private readonly used = new Set<number>()
  private readonly fields: readonly Field[]
  private readonly prefix: string

  constructor(fields: readonly Field[], prefix = '') {
    this.fields = fields
    this.prefix = prefix
  }

  indexOf(name: string): number {
    return this.fields.findIndex((field) => field.name === name)
  }

  type(name: string): FieldType {
    return this.field(name).type
  }

  /** The value at row `row`, a generated name. Strings come as JavaScript strings. */
  read(name: string, row: string): Code {
    const at = this.use(name)
    const { type } = this.field(name)
    return { before: '', value: this.valueOf(at, type, row), missing: this.missing(name, row) }
  }

  /** Name of the array that holds the column's values (strings: entry numbers). */
  values(name: string): string {
    return `${this.prefix}c${this.use(name)}`
  }

  dictionary(name: string): string {
    return `${this.prefix}d${this.use(name)}`
  }

  missing(name: string, row: string): string {
    const at = this.use(name)
    return this.field(name).nullable ? `((${this.prefix}v${at}[${row} >> 3] >> (${row} & 7)) & 1) === 0` : never
  }

  /** Statements that bind the columns used, from an array of columns under the name `from`. */
  bind(from: string): string {
    return [...this.used].map((at) => this.bindOne(at, from)).join('\n')
  }

  private bindOne(at: number, from: string): string {
    const field = this.fields[at] as Field
    const { prefix } = this
    const lines = [`const ${prefix}c${at} = ${from}[${at}].values;`]
    if (field.nullable) lines.push(`const ${prefix}v${at} = ${from}[${at}].validity;`)
    if (field.type === 'string') lines.push(`const ${prefix}d${at} = ${from}[${at}].dictionary;`)
    return lines.join(' ')
  }

  private valueOf(at: number, type: FieldType, row: string): string {
    if (type === 'string') return `${this.prefix}d${at}.text(${this.prefix}c${at}[${row}])`
    if (type === 'bool') return `((${this.prefix}c${at}[${row} >> 3] >> (${row} & 7)) & 1) === 1`
    return `${this.prefix}c${at}[${row}]`
  }

  private field(name: string): Field {
    const field = this.fields[this.indexOf(name)]
    if (field === undefined) throw new Error(`column ${name} of a valid plan exists`)
    return field
  }

  private use(name: string): number {
    const at = this.indexOf(name)
    this.used.add(at)
    return at
  }
}
