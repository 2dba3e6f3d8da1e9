import { flatFields } from '../fields.ts'
import type { StreamNode } from '../plan.ts'
import type { ColumnNode, Field, TimestampNode, TypeNode } from '../schema.ts'
import { namedTimestampFormats, timestampPattern } from '../timestamp-pattern.ts'
import { checkNumber } from './constants.ts'
import { checkKey } from './keys.ts'
import { checkId, checkName, checkUnique } from './names.ts'
import { hint, join, quote, type Report } from './report.ts'
import { checkZone } from './zone.ts'

/** One stream: its name, its schema, and that time and key are columns fit for it. */
export function checkStream(name: string, stream: StreamNode, report: Report): void {
  const path = `streams.${name}`
  checkId(name, path, report)
  checkColumns(stream.schema.columns, `${path}.schema`, report)
  const fields = flatFields(stream.schema)
  checkTime(stream, fields, path, report)
  checkMessageId(stream, fields, path, report)
  checkKey(stream.key, fields, join(path, 'key'), report)
  if (stream.format.kind === 'csv') checkCsv(stream, path, report)
}

function checkColumns(columns: readonly ColumnNode[], path: string, report: Report): void {
  const at = (index: number, rest: string) => `${path}.columns.${index}.${rest}`
  checkUnique(
    columns.map(({ name }, index) => [at(index, 'name'), name]),
    report,
  )
  checkUnique(
    columns.flatMap(({ name, from }, index) => (from === undefined || from === name ? [] : [[at(index, 'from'), from] as const])),
    report,
  )
  columns.forEach((column, index) => {
    checkColumn(column, columns, `${path}.columns.${index}`, report)
  })
}

function checkColumn(column: ColumnNode, siblings: readonly ColumnNode[], path: string, report: Report): void {
  checkName(column.name, join(path, 'name'), report)
  if (column.from !== undefined && (column.from === '' || column.from.length > 1024 || !column.from.isWellFormed())) {
    report('NAME_INVALID', join(path, 'from'), { name: quote(column.from), reason: 'the input’s name is empty, too long or not well-formed Unicode' })
  }
  if (siblings.some((other) => other !== column && other.from === undefined && other.name === column.from)) {
    report('NAME_DUPLICATE', join(path, 'from'), { name: quote(column.from ?? '') })
  }
  checkMissing(column, path, report)
  checkType(column.type, siblings, join(path, 'type'), report)
}

function checkMissing({ missing = [], type }: ColumnNode, path: string, report: Report): void {
  missing.forEach((value, index) => {
    const at = `${path}.missing.${index}`
    const fits = type.kind === 'string' ? typeof value === 'string' : type.kind !== 'record' && type.kind !== 'list' && type.kind !== 'bool'
    if (!fits) report('MISSING_VALUE_UNFIT', at, { value: typeof value === 'string' ? quote(value) : value, type: type.kind })
    if (typeof value === 'number') checkNumber(value, at, report)
  })
}

function checkType(type: TypeNode, siblings: readonly ColumnNode[], path: string, report: Report): void {
  if (type.kind === 'record') checkColumns(type.columns, path, report)
  else if (type.kind === 'list') checkType(type.element, [], join(path, 'element'), report)
  else if (type.kind === 'timestamp') checkTimestamp(type, siblings, path, report)
}

function checkTimestamp(type: TimestampNode, siblings: readonly ColumnNode[], path: string, report: Report): void {
  const { format, zone, zoneColumn } = type
  const named = namedTimestampFormats.includes(format)
  const parts = named ? [] : timestampPattern(format)
  if (typeof parts === 'string') report('TIMESTAMP_FORMAT_INVALID', join(path, 'format'), { format: quote(format), reason: parts })
  if (zone !== undefined) checkZone(zone, join(path, 'zone'), report)
  if (zone !== undefined && zoneColumn !== undefined) report('TIMESTAMP_ZONE_TWICE', path)
  if (zoneColumn !== undefined) checkZoneColumn(zoneColumn, siblings, join(path, 'zoneColumn'), report)
  const zoneless = !named && typeof parts !== 'string' && !parts.some((part) => 'field' in part && part.field === 'z')
  if (zoneless && zone === undefined && zoneColumn === undefined) report('TIMESTAMP_ZONE_MISSING', path, { format: quote(format) })
}

function checkZoneColumn(name: string, siblings: readonly ColumnNode[], path: string, report: Report): void {
  const texts = siblings.filter((column) => column.type.kind === 'string').map((column) => column.name)
  if (!texts.includes(name)) report('TIMESTAMP_ZONE_COLUMN', path, { name: quote(name), hint: hint(name, texts) })
}

function checkTime({ time }: StreamNode, fields: readonly Field[], path: string, report: Report): void {
  if (time === null) return
  const times = fields.filter((field) => field.type === 'timestamp').map((field) => field.name)
  if (!times.includes(time)) report('STREAM_TIME_INVALID', join(path, 'time'), { name: quote(time), hint: hint(time, times) })
}

function checkMessageId({ messageId }: StreamNode, fields: readonly Field[], path: string, report: Report): void {
  if (messageId === undefined) return
  const fit = fields.filter(({ type, nullable }) => !nullable && (type === 'string' || type === 'int32' || type === 'int64')).map((field) => field.name)
  if (!fit.includes(messageId)) report('STREAM_MESSAGE_ID_INVALID', join(path, 'messageId'), { name: quote(messageId), hint: hint(messageId, fit) })
}

function checkCsv({ format, schema }: StreamNode, path: string, report: Report): void {
  if (format.kind === 'csv' && !/^[\t !#-,:-@[-`{-~/;|]$/.test(format.separator)) {
    report('CSV_SEPARATOR_INVALID', `${path}.format.separator`, { separator: quote(format.separator) })
  }
  schema.columns.forEach(({ name, type }, index) => {
    if (type.kind === 'record' || type.kind === 'list')
      report('CSV_COLUMN_NESTED', `${path}.schema.columns.${index}.type`, { name: quote(name), type: type.kind })
  })
}
