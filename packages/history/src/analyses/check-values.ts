import { MillraceError, nearest } from '@millrace/plan'
import type { QueryParam, QueryTable } from '../query/messages.ts'
import { sqlName } from '../sql-text.ts'
import type { Analysis, AnalysisParam, AnalysisValue, AnalysisValues, Checked } from './analysis.ts'

/** SQL of an analysis with the values that were given, and what its statement takes as parameters. Rejects with HISTORY_PARAM. */
export function sqlOf(
  analysis: Analysis,
  given: AnalysisValues,
  tables: readonly QueryTable[],
): { readonly sql: string; readonly params: Record<string, QueryParam> } {
  const check = new ValueCheck(analysis, given, tables)
  return { params: check.params(), sql: analysis.sql(check.checked()) }
}

class ValueCheck {
  private readonly analysis: Analysis
  private readonly given: AnalysisValues
  private readonly tables: readonly QueryTable[]

  constructor(analysis: Analysis, given: AnalysisValues, tables: readonly QueryTable[]) {
    this.analysis = analysis
    this.given = given
    this.tables = tables
    const known = analysis.params.map(({ name }) => name)
    for (const name of Object.keys(given)) {
      if (!known.includes(name)) this.refuse(name, `is not known; ${meant(name, known)}`)
    }
  }

  checked(): Checked {
    return {
      table: (param) => `latest.${sqlName(this.tableOf(param).name)}`,
      column: (param) => this.columnSql(param, this.value(param)),
      columns: (param) => this.list(param).map((name) => this.columnSql(param, name)),
      choice: (param) => this.choice(param),
    }
  }

  /** Those that are values to the statement, not names in it. */
  params(): Record<string, QueryParam> {
    const values = this.analysis.params.filter(({ kind }) => kind === 'number' || kind === 'whole' || kind === 'instant' || kind === 'zone')
    return Object.fromEntries(values.map((param) => [param.name, this.plain(param)]))
  }

  private plain({ name, kind }: AnalysisParam): QueryParam {
    const value = this.value(name)
    if (kind === 'instant' && value === null) return null
    if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
    if (kind === 'whole' && Number.isSafeInteger(value) && (value as number) >= 1) return value as number
    if (kind === 'instant' && typeof value === 'string' && !Number.isNaN(Date.parse(value))) return new Date(value).toISOString()
    if (kind === 'zone' && typeof value === 'string' && isZone(value)) return value
    return this.refuse(name, wanted[kind] ?? 'is wrong')
  }

  private tableOf(param: string): QueryTable {
    const name = this.value(param)
    const names = this.tables.map((table) => table.name)
    return this.tables.find((table) => table.name === name) ?? this.refuse(param, `is no table of the history; ${meant(String(name), names)}`)
  }

  private columnSql(param: string, name: AnalysisValue): string {
    const of = this.param(param).of ?? 'table'
    const names = this.tableOf(of).columns.map((column) => column.name)
    if (typeof name === 'string' && names.includes(name)) return sqlName(name)
    return this.refuse(param, `is no column of the table ${String(this.value(of))}; ${meant(String(name), names)}`)
  }

  private list(param: string): readonly string[] {
    const value = this.value(param)
    const list = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : this.refuse(param, 'is a list of columns')
    if (list.length === 0 && this.param(param).default === undefined) this.refuse(param, 'needs at least one column')
    return list
  }

  private choice(param: string): string {
    const value = this.value(param)
    const choices = this.param(param).choices ?? []
    return typeof value === 'string' && choices.includes(value) ? value : this.refuse(param, `is one of ${choices.join(', ')}`)
  }

  private value(name: string): AnalysisValue {
    const value = this.given[name] ?? this.param(name).default
    return value === undefined ? this.refuse(name, 'is missing') : value
  }

  private param(name: string): AnalysisParam {
    return this.analysis.params.find((param) => param.name === name) ?? this.refuse(name, 'is not known')
  }

  private refuse(param: string, reason: string): never {
    throw new MillraceError('HISTORY_PARAM', { analysis: this.analysis.name, param, reason })
  }
}

const wanted: Readonly<Partial<Record<AnalysisParam['kind'], string>>> = {
  number: 'is a number',
  whole: 'is a whole number of at least 1',
  instant: 'is an instant such as 2024-05-01T00:00:00Z',
  zone: 'is an IANA zone such as Europe/Vienna',
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean ${near}?`
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
