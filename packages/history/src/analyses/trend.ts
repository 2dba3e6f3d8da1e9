import { type Analysis, local, spanParams, tableParam, timeParam, within, zoneParam } from './analysis.ts'

export const trend: Analysis = {
  name: 'trend',
  about: 'Where a value goes in the long term: its mean by period, the mean of the last periods, and the straight line through all of them.',
  params: [
    tableParam,
    { name: 'value', kind: 'column', about: 'The column.' },
    { name: 'unit', kind: 'choice', about: 'The length of a period.', choices: ['hour', 'day', 'week', 'month'], default: 'day' },
    { name: 'periods', kind: 'whole', about: 'Periods of the moving mean.', default: 7 },
    timeParam,
    zoneParam,
    ...spanParams,
  ],
  sql: ({ table, column, choice }) => `
    WITH periods AS (
      SELECT date_trunc('${choice('unit')}', ${local(column('time'))})::TIMESTAMP AS period, avg(${column('value')}) AS mean
      FROM ${table('table')} WHERE ${within(column('time'))} GROUP BY 1),
    lined AS (SELECT *, epoch(period) / 86400 AS day FROM periods WHERE mean IS NOT NULL)
    SELECT period, mean, avg(mean) OVER (ORDER BY period ROWS BETWEEN $periods - 1 PRECEDING AND CURRENT ROW) AS moving_mean,
      regr_slope(mean, day) OVER () AS slope_per_day, regr_intercept(mean, day) OVER () + day * regr_slope(mean, day) OVER () AS line
    FROM lined ORDER BY period`,
}
