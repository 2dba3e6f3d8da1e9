import { type Analysis, local, spanParams, tableParam, timeParam, within, zoneParam } from './analysis.ts'

export const busiestHours: Analysis = {
  name: 'busiest-hours',
  about: 'How many rows each hour of the day has, the busiest first.',
  params: [tableParam, timeParam, zoneParam, ...spanParams],
  sql: ({ table, column }) => `
    SELECT hour(${local(column('time'))}) AS hour, count(*) AS rows, count(*) / sum(count(*)) OVER () AS share
    FROM ${table('table')} WHERE ${within(column('time'))}
    GROUP BY 1 ORDER BY 2 DESC, 1`,
}
