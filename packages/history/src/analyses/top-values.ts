import { type Analysis, limitParam, positions, spanParams, tableParam, timeParam, within } from './analysis.ts'

export const topValues: Analysis = {
  name: 'top-values',
  about: 'Which values are the most frequent: alarm types, error codes, kinds of devices.',
  params: [tableParam, { name: 'by', kind: 'columns', about: 'The columns whose values are counted.' }, timeParam, ...spanParams, limitParam],
  sql: ({ table, column, columns }) => {
    const by = columns('by')
    const first = positions(by.length)
    return `
    SELECT ${by.join(', ')}, count(*) AS rows, count(*) / sum(count(*)) OVER () AS share
    FROM ${table('table')} WHERE ${within(column('time'))}
    GROUP BY ${first} ORDER BY ${by.length + 1} DESC, ${first} LIMIT $limit`
  },
}
