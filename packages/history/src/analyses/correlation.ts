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
    const value = `a.${column('value')}::DOUBLE`
    const other = `b.${column('otherValue')}::DOUBLE`
    const both = `${other}, ${value}`
    return `
    SELECT count(*) AS pairs, corr(${both}) AS correlation, regr_slope(${both}) AS slope, regr_intercept(${both}) AS intercept, regr_r2(${both}) AS r2
    FROM ${table('table')} AS a JOIN ${table('other')} AS b USING (${columns('on').join(', ')})
    WHERE ${within(`a.${column('time')}`)} AND ${value} IS NOT NULL AND ${other} IS NOT NULL`
  },
}
