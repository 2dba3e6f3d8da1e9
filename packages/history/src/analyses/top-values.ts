import { type Analysis, limitParam, spanParams, tableParam, timeParam, within } from './analysis.ts'

export const topValues: Analysis = {
  name: 'top-values',
  about: 'Which values are the most frequent: alarm types, error codes, kinds of devices.',
  params: [tableParam, { name: 'by', kind: 'columns', about: 'The columns whose values are counted.' }, timeParam, ...spanParams, limitParam],
  sql: ({ table, column, columns }) => {
    const by = columns('by').join(', ')
    return `
    SELECT ${by}, count(*) AS rows, count(*) / sum(count(*)) OVER () AS share
    FROM ${table('table')} WHERE ${within(column('time'))}
    GROUP BY ${by} ORDER BY rows DESC, ${by} LIMIT $limit`
  },
}
