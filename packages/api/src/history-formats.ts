/** An answer of the history as a file: CSV with a head line, an Arrow IPC stream, Parquet. */
export type HistoryFormat = 'csv' | 'arrow' | 'parquet'

export const historyFormats: Readonly<Record<HistoryFormat, string>> = {
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
}
