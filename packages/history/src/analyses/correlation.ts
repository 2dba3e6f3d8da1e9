import { type Analysis, spanParams, tableParam, timeParam, within } from './analysis.ts'

export const correlation: Analysis = {
  name: 'correlation',
  about: 'Whether two values move together, such as voltage and failures: rows of two tables that agree in some columns, Pearson correlation and regression.',
  params: [
    tableParam,
    { name: 'value', kind: 'column', about: 'The column of the first table.' },
    { name: 'other', kind: 'table', about: 'The second table.' },
    { name: 'otherValue', kind: 'column', about: 'The column of the second table.', of: 'other' },
    { name: 'on', kind: 'columns', about: 'Columns of both that must agree, such as station_id and window_start.' },
    timeParam,
    ...spanParams,
  ],
  sql: ({ table, column, columns }) => {
    const on = columns('on').join(', ')
    return `
    WITH a AS (SELECT ${on}, ${column('value')}::DOUBLE AS x FROM ${table('table')} WHERE ${within(column('time'))}),
      b AS (SELECT ${on}, ${column('otherValue')}::DOUBLE AS y FROM ${table('other')})
    SELECT count(*) AS pairs, corr(y, x) AS correlation, regr_slope(y, x) AS slope, regr_intercept(y, x) AS intercept, regr_r2(y, x) AS r2
    FROM a JOIN b USING (${on}) WHERE x IS NOT NULL AND y IS NOT NULL`
  },
}
