import { type Analysis, limitParam, spanParams, tableParam, within } from './analysis.ts'

export const windowsAbove: Analysis = {
  name: 'windows-above',
  about: 'Windows whose value is more than a threshold, such as those with more than five failures, the highest first.',
  params: [
    tableParam,
    { name: 'value', kind: 'column', about: 'The column that is compared.' },
    { name: 'threshold', kind: 'number', about: 'Windows with more than this.' },
    ...spanParams,
    { ...limitParam, default: 100 },
  ],
  sql: ({ table, column }) => `
    SELECT * FROM ${table('table')} WHERE ${column('value')} > $threshold AND ${within('window_start')}
    ORDER BY ${column('value')} DESC, window_start, result_id LIMIT $limit`,
}
