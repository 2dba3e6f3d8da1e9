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
    return `q${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  /** Statements that bind the constants, which are handed over as the array `k`. */
  bindConstants(): string {
    return this.constants.map((_, at) => `const q${at} = k[${at}];`).join(' ')
  }
}

/** Beginnings of the names of a column's arrays; the column's number follows. */
export interface ColumnNames {
  readonly values: string
  readonly validity: string
  readonly dictionary: string
}

const inputNames: ColumnNames = { values: 'c', validity: 'v', dictionary: 'd' }

/** How generated code reads the columns of a batch at row `i`. */
export class ColumnAccess {
  private readonly used = new Set<number>()
  private readonly entries: string[] = []
  private readonly fields: readonly Field[]
  private readonly names: ColumnNames

  constructor(fields: readonly Field[], names: ColumnNames = inputNames) {
    this.fields = fields
    this.names = names
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
    const missing = this.missing(name, row)
    // Under a cleared validity bit stands entry 0, which the dictionary may not have yet.
    const value = type === 'string' && missing !== never ? `(${missing} ? '' : ${this.valueOf(at, type, row)})` : this.valueOf(at, type, row)
    return { before: '', value, missing }
  }

  /** Name of the array that holds the column's values (strings: entry numbers). */
  values(name: string): string {
    return `${this.names.values}${this.use(name)}`
  }

  dictionary(name: string): string {
    return `${this.names.dictionary}${this.use(name)}`
  }

  /** Name of the entry number that a constant string has in the column's dictionary, or -1. */
  entryOf(name: string, constant: string): string {
    const at = this.use(name)
    const entry = `e${at}_${constant}`
    const line = `const ${entry} = ${this.names.dictionary}${at}.find(${constant});`
    if (!this.entries.includes(line)) this.entries.push(line)
    return entry
  }

  missing(name: string, row: string): string {
    const at = this.use(name)
    return this.field(name).nullable ? `(((${this.names.validity}${at}[${row} >> 3] >> (${row} & 7)) & 1) === 0)` : never
  }

  /** Statements that bind the columns used, from an array of columns under the name `from`. */
  bind(from: string): string {
    return [...[...this.used].map((at) => this.bindOne(at, from)), ...this.entries].join('\n')
  }

  private bindOne(at: number, from: string): string {
    const field = this.fields[at] as Field
    const { values, validity, dictionary } = this.names
    const lines = [`const ${values}${at} = ${from}[${at}].values;`]
    if (field.nullable) lines.push(`const ${validity}${at} = ${from}[${at}].validity;`)
    if (field.type === 'string') lines.push(`const ${dictionary}${at} = ${from}[${at}].dictionary;`)
    return lines.join(' ')
  }

  private valueOf(at: number, type: FieldType, row: string): string {
    if (type === 'string') return `${this.names.dictionary}${at}.text(${this.names.values}${at}[${row}])`
    if (type === 'bool') return `(((${this.names.values}${at}[${row} >> 3] >> (${row} & 7)) & 1) === 1)`
    return `${this.names.values}${at}[${row}]`
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
