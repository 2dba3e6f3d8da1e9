import { type Analysis, spanParams, tableParam, timeParam, within } from './analysis.ts'

export const histogram: Analysis = {
  name: 'histogram',
  about: 'How a value is distributed: rows in bins of equal width between the lowest and the highest. Empty bins are there, too.',
  params: [
    tableParam,
    { name: 'value', kind: 'column', about: 'The column.' },
    { name: 'bins', kind: 'whole', about: 'How many bins, at most 1,000.', default: 20 },
    timeParam,
    ...spanParams,
  ],
  sql: ({ table, column }) => {
    const value = column('value')
    const width = '(highest - lowest) / n'
    return `
    WITH picked AS (SELECT ${value}::DOUBLE AS value FROM ${table('table')} WHERE ${value} IS NOT NULL AND ${within(column('time'))}),
      bounds AS (SELECT min(value) AS lowest, max(value) AS highest, least($bins, 1000)::INT AS n FROM picked HAVING count(*) > 0),
      placed AS (SELECT CASE WHEN highest = lowest THEN 0 ELSE least(n - 1, floor((value - lowest) / (${width})))::INT END AS bin FROM picked, bounds),
      counted AS (SELECT bin, count(*) AS rows FROM placed GROUP BY bin)
    SELECT lowest + bin * ${width} AS bin_from, lowest + (bin + 1) * ${width} AS bin_to, coalesce(rows, 0) AS rows
    FROM bounds, (SELECT unnest(range(0, n))::INT AS bin FROM bounds WHERE true) LEFT JOIN counted USING (bin) ORDER BY bin`
  },
}
