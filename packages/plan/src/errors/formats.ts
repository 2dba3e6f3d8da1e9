import type { ErrorEntry } from './entry.ts'

export const formatsErrors = {
  RECORD_TOO_LONG: { message: 'The record is longer than {limit} bytes.', action: 'Send smaller records; check that quotes and brackets are closed.' },
  RECORD_NOT_UTF8: { message: 'The record is not valid UTF-8.', action: 'Write text as UTF-8.' },
  CSV_TOO_FEW_FIELDS: {
    message: 'The line ends before column {column}.',
    action: 'Write a field for every column; leave it empty where nothing was measured.',
  },
  CSV_TOO_MANY_FIELDS: {
    message: 'The line has more fields than columns, beginning with {text}.',
    action: 'Quote values that hold the separator, or add the column to the schema.',
  },
  CSV_BAD_QUOTE: { message: 'A quote in {text} stands where none can stand.', action: 'Quote whole fields and double the quotes inside them.' },
  CSV_BAD_HEADER: {
    message: 'The header names a column twice, lacks a required one, or has more than {limit} fields: {text}.',
    action: 'Name every required column once, as the schema does, and leave out fields that no column takes.',
  },
  JSON_SYNTAX: { message: 'Not valid JSON at {text}.', action: 'Write every record as one JSON object.' },
  JSON_NOT_OBJECT: { message: 'The record is not a JSON object but begins with {text}.', action: 'Write every record as one JSON object.' },
  JSON_DUPLICATE_KEY: { message: 'The column {column} is named twice.', action: 'Write every key once.' },
  JSON_TOO_DEEP: { message: 'The record is nested deeper than {limit} levels.', action: 'Send flatter records.' },
  FIELD_MISSING: { message: 'The required column {column} has no value.', action: 'Send a value, or declare the column optional.' },
  FIELD_UNKNOWN: { message: 'The record has a field {text} that the schema does not name.', action: 'Add it to the schema, or choose unknownFields: lenient.' },
  VALUE_TYPE: { message: '{column} is of another kind than declared: {text}.', action: 'Send the kind that the schema declares.' },
  VALUE_NOT_WHOLE: { message: '{column} is not a whole number: {text}.', action: 'Send digits only, or declare the column float64.' },
  VALUE_NOT_NUMBER: { message: '{column} is not a number: {text}.', action: 'Send a finite decimal number.' },
  VALUE_NOT_BOOL: { message: '{column} is neither true nor false: {text}.', action: 'Send true or false.' },
  INT32_RANGE: { message: '{column} does not fit 32 bits: {text}.', action: 'Declare the column int64.' },
  INT64_RANGE: { message: '{column} is beyond +-(2^53-1): {text}.', action: 'Declare ids as string.' },
  NUMBER_RANGE: { message: '{column} is too large for a float64: {text}.', action: 'Send a smaller number, or declare the column string.' },
  VALUE_TOO_LONG: { message: '{column} is longer than {limit} bytes.', action: 'Send shorter values.' },
  TIMESTAMP_FORMAT: {
    message: '{column} is not a time written as {format}: {text}.',
    action: 'Send times in the declared format, or declare the one you send.',
  },
  TIMESTAMP_RANGE: { message: '{column} is a time that no calendar has: {text}.', action: 'Check the clock and the calendar of the sender.' },
  TIMESTAMP_ZONE: { message: '{column} names an unknown time zone: {text}.', action: 'Use an IANA name such as Europe/Berlin, UTC or an offset.' },
  TIME_MISSING: {
    message: 'The record has no usable time in {column}, and no record with one stands before it.',
    action: 'Send a time with the first record.',
  },
  TIME_TOO_FAR_AHEAD: { message: '{column} is too far in the future: {text}.', action: 'Check the clock of the sender, or raise maxAhead.' },
  FORMAT_UNSUPPORTED: { message: 'The column {column} of stream {stream} cannot be read from {format}.', action: 'Use JSON for lists and nested records.' },
  FORMAT_TIMESTAMP: {
    message: 'The format {format} of column {column} cannot be read: {reason}.',
    action: 'Use iso, epoch-s, epoch-ms, epoch-us or a pattern.',
  },
  FORMAT_ZONE: { message: 'Column {column} names an unknown zone {zone}.', action: 'Use an IANA name such as Europe/Berlin, UTC or an offset.' },
  FORMAT_FIELDS: {
    message: 'The column {column} cannot be written as {format}.',
    action: 'Explode lists before they are written, and give columns names that do not nest into one another.',
  },
  GZIP_DAMAGED: { message: 'The compressed input is damaged: {reason}.', action: 'Check that the file was copied whole.' },
  GZIP_TOO_LARGE: { message: 'The compressed input is larger than {limit} bytes when unpacked.', action: 'Split the file, or raise the limit.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>
