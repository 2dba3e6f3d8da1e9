import { type Analysis, local, positions, spanParams, tableParam, timeParam, within, zoneParam } from './analysis.ts'

export const rollUp: Analysis = {
  name: 'roll-up',
  about: 'A value by hour, day, week (from Monday), month or year: rows, sum, mean, minimum, maximum.',
  params: [
    tableParam,
    { name: 'value', kind: 'column', about: 'The column that is summed up.' },
    { name: 'unit', kind: 'choice', about: 'The length of a period.', choices: ['hour', 'day', 'week', 'month', 'year'], default: 'day' },
    { name: 'by', kind: 'columns', about: 'Columns that are kept apart.', default: [] },
    timeParam,
    zoneParam,
    ...spanParams,
  ],
  sql: ({ table, column, columns, choice }) => {
    const by = columns('by').map((name) => `, ${name}`)
    const value = column('value')
    const first = positions(1 + by.length)
    return `
    SELECT date_trunc('${choice('unit')}', ${local(column('time'))})::TIMESTAMP AS period${by.join('')}, count(*) AS rows,
      sum(${value})::DOUBLE AS sum, avg(${value}) AS mean, min(${value}) AS lowest, max(${value}) AS highest
    FROM ${table('table')} WHERE ${within(column('time'))}
    GROUP BY ${first} ORDER BY ${first}`
  },
}
