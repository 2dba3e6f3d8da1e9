import type { ErrorEntry } from './entry.ts'

export const historyErrors = {
  HISTORY_MANIFEST_UNREADABLE: {
    message: 'The list of files in {directory} cannot be read: {reason}.',
    action: 'Restore the folder from a backup, or remove it: the history then begins with what the log still holds.',
  },
  HISTORY_STREAM_UNKNOWN: {
    message: 'The history of the tenant {tenant} does not keep the stream {stream}.',
    action: 'Its streams are: {streams}.',
  },
  HISTORY_WRITE_FAILED: {
    message: 'Rows could not be written into the history: {reason}.',
    action: 'Nothing is lost: they are in the log, and are tried again. Look at the disk and its room.',
  },
  HISTORY_SQL_REFUSED: {
    message: 'This SQL is not run: {reason}.',
    action: 'Send one SELECT over the tables of the history; files, settings and extensions are out of reach.',
  },
  HISTORY_SQL_FAILED: {
    message: 'The query failed: {reason}',
    action: 'Correct the SQL; the tables are: {tables}. Records of a stream are one where the history keeps them.',
  },
  HISTORY_SQL_PLACE: {
    message: 'It is at line {line}, column {column} of the SQL: {text}',
    action: 'Correct the SQL there.',
  },
  HISTORY_TABLE_EMPTY: {
    message: 'The table "{table}" never had a row; it has columns with the first.',
    action: 'Ask again when rows have come and were written, a minute later at most where nothing else is set.',
  },
  HISTORY_QUERY_TIME: {
    message: 'The query was ended after {limitMs} ms, the time it may take.',
    action: 'Ask for a shorter time span or fewer columns, or have the limit raised.',
  },
  HISTORY_QUERY_MEMORY: {
    message: 'The query was ended as it needed more than {limitBytes} bytes of memory or disk.',
    action: 'Ask for a shorter time span, aggregate earlier, or have the limit raised.',
  },
  HISTORY_QUERY_CANCELLED: {
    message: 'The query was cancelled.',
    action: 'Start it again if its answer is still wanted.',
  },
  HISTORY_QUERY_ENDED: {
    message: 'The process of the query ended by itself: {reason}.',
    action: 'Try again; if it happens again, ask for less at once. Nothing else was touched.',
  },
  HISTORY_ANSWER_BYTES: {
    message: 'The answer is larger than {limit} bytes: it has at least {bytes}.',
    action:
      'Ask for less at once (LIMIT, WHERE, fewer columns), or as Parquet (accept: application/vnd.apache.parquet), which is compressed; or have queryAnswerBytes of the server raised.',
  },
  HISTORY_FORMAT: {
    message: 'Answers of the history cannot be had as {accept}.',
    action: 'Accept application/json, text/csv, application/vnd.apache.arrow.stream or application/vnd.apache.parquet.',
  },
  HISTORY_QUERY_NAME: {
    message: 'A query named "{query}" is under way.',
    action: 'Give every query a name of its own, or cancel that one.',
  },
  HISTORY_QUERY_UNKNOWN: {
    message: 'No query named "{query}" is under way.',
    action: 'It may have ended; only queries that were given a name can be cancelled.',
  },
  HISTORY_BUSY: {
    message: 'Too many queries are waiting: {limit} may.',
    action: 'Try again when some have ended.',
  },
  HISTORY_ANALYSIS_UNKNOWN: {
    message: 'There is no analysis {name}.',
    action: 'The analyses are: {names}.',
  },
  HISTORY_PARAM: {
    message: 'The parameter "{param}" of the analysis {analysis} {reason}.',
    action: 'Correct it; its description says what it takes.',
  },
  HISTORY_CLOSED: {
    message: 'The history is closed.',
    action: 'Open it anew.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
