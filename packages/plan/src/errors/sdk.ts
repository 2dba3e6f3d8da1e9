import type { ErrorEntry } from './entry.ts'

export const sdkErrors = {
  SDK_APP_REFUSED: {
    message: 'The app {name} cannot become a plan, for {count} reason(s):\n\n{reasons}\n',
    action: 'Mend each place; docs/apps.md shows every form that an app may use.',
  },
  SDK_DURATION: {
    message: '{value} milliseconds is not a duration.',
    action: 'Give a finite number that makes whole milliseconds.',
  },
  SDK_LIST_ELEMENT: {
    message: 'An element of a list cannot have the option `{option}`.',
    action: 'Give it to the list, or to a column of the record in the list.',
  },
  SDK_PARAM_VALUE: {
    message: 'The param `{name}` is {value}: not a number, string, boolean, duration or Date.',
    action: 'Params are single values; write one param for each.',
  },
  SDK_STREAM_TWICE: {
    message: 'Two different streams are called {name}.',
    action: 'Define the stream once and import it, or give one of them another name.',
  },
  SDK_OTHER_APP: {
    message: 'This flow belongs to another app.',
    action: 'Take every flow from the `from` that this app was given.',
  },
  SDK_OUTPUT: {
    message: 'The output {name} is not a flow.',
    action: 'Return flows, `{ name: flow }`; what keyBy or window gives still needs `.aggregate(...)`.',
  },
  SDK_FINAL: {
    message: 'There is no windowed aggregate before this `.final()`.',
    action: 'Put it after `.window(...).aggregate(...)`; other rows never change and need no final().',
  },
  SDK_NOT_A_FUNCTION: {
    message: 'A function belongs here; this is {what}.',
    action: 'Write an arrow function: (row) => ...',
  },
  SDK_FUNCTION_WITHOUT_SOURCE: {
    message: 'This function has no source text: it is bound, a proxy or built in.',
    action: 'Write an arrow function in this place.',
  },
  SDK_FUNCTION_KIND: {
    message: 'This is {what}, not a function of a row.',
    action: 'Write an arrow function that gives one expression; call services in a connector or a workflow.',
  },
  SDK_TOO_MANY_PARAMETERS: {
    message: 'There is no such parameter here.',
    action: 'This function gets ({parameters}).',
  },
  SDK_PARAMETER_PATTERN: {
    message: '{what} cannot stand here.',
    action: '{instead}',
  },
  SDK_CAPTURED_NAME: {
    message: '`{name}` comes from outside of this function; a plan cannot read it.',
    action: '{instead}',
  },
  SDK_UNKNOWN_COLUMN: {
    message: 'There is no column `{name}`.{near}',
    action: 'There are: {columns}.',
  },
  SDK_UNKNOWN_PARAM: {
    message: 'There is no param `{name}`.{near}',
    action: 'Add it to the params of the app, or with flow.with({ {name}: ... }).',
  },
  SDK_UNKNOWN_AGGREGATE: {
    message: 'There is no aggregate `{name}`.{near}',
    action: 'There are: {known}.',
  },
  SDK_UNKNOWN_FUNCTION: {
    message: '`{name}` cannot be called here.{near}',
    action: '{instead}',
  },
  SDK_UNKNOWN_MEMBER: {
    message: '`.{name}` is not known on a {type}.{near}',
    action: '{instead}',
  },
  SDK_COMPUTED_NAME: {
    message: 'A column must be named where it is used; this name is computed.',
    action: "Write row.column or row['column'].",
  },
  SDK_STATEMENT: {
    message: '{what} cannot become part of a plan.',
    action: '{instead}',
  },
  SDK_SYNTAX: {
    message: '{what} cannot become part of a plan.',
    action: '{instead}',
  },
  SDK_UNSAFE_INTEGER: {
    message: '{literal} is outside of +-(2^53 - 1), where whole numbers are no longer exact.',
    action: 'Declare such ids as text() and compare them with a string.',
  },
  SDK_WHOLE_RECORD: {
    message: 'A whole record is not a value.',
    action: 'Name one of its columns, or spread it: { ...row }.',
  },
  SDK_NOT_A_VALUE: {
    message: '{what} is not a value.',
    action: '{instead}',
  },
  SDK_ARGUMENTS: {
    message: '`{name}` takes {takes}, not {given}.',
    action: '{instead}',
  },
  SDK_NOT_BOOLEAN: {
    message: '{where} needs true or false; this is a {type}.',
    action: 'Write a comparison: {instead}.',
  },
  SDK_NOT_COLUMNS: {
    message: 'This function must return columns.',
    action: 'Return an object: (row) => ({ name: row.column }).',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
