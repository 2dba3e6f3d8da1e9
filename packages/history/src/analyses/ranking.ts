import { type Analysis, limitParam, positions, spanParams, tableParam, timeParam, within } from './analysis.ts'

export const ranking: Analysis = {
  name: 'ranking',
  about: 'Which stations or sensors have the highest sum, mean, maximum or count of a value.',
  params: [
    tableParam,
    { name: 'by', kind: 'columns', about: 'What is ranked.' },
    { name: 'value', kind: 'column', about: 'The column that is measured.' },
    { name: 'measure', kind: 'choice', about: 'How.', choices: ['sum', 'avg', 'max', 'min', 'count'], default: 'sum' },
    timeParam,
    ...spanParams,
    limitParam,
  ],
  sql: ({ table, column, columns, choice }) => {
    const by = columns('by')
    const measured = `${choice('measure')}(${column('value')})`
    return `
    SELECT rank() OVER (ORDER BY ${measured} DESC NULLS LAST) AS rank, ${by.join(', ')}, ${measured} AS measured, count(*) AS rows
    FROM ${table('table')} WHERE ${within(column('time'))}
    GROUP BY ${by.join(', ')} ORDER BY ${positions(1 + by.length)} LIMIT $limit`
  },
}
