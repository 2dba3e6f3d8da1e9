import type { ErrorEntry } from '../errors.ts'

export const planErrors = {
  PLAN_INVALID: {
    message: 'The plan has {count} issue(s). The first: {first}',
    action: 'Mend what the issues name; each has the path of its place in the plan.',
  },
  PLAN_NOT_JSON: { message: 'The plan is not JSON: {reason}.', action: 'Write the plan with `millrace plan`, or mend the file.' },
  PLAN_VALUE_NOT_JSON: {
    message: 'A plan is plain JSON, but here stands {found}.',
    action: 'Use strings, finite numbers, booleans, null, lists and plain objects.',
  },
  PLAN_TOO_LARGE: { message: 'The plan has {bytes} bytes of JSON; the limit is {limit}.', action: 'Split the app into several.' },
  PLAN_TOO_DEEP: { message: 'The plan is nested deeper than {limit} objects.', action: 'Split the expression: compute parts of it in a map before.' },
  PLAN_TOO_MANY_NODES: {
    message: 'The plan has more than {limit} JSON objects.',
    action: 'Split the app into several, or compute repeated parts once in a map.',
  },
  PLAN_TOO_MANY_OPERATORS: { message: 'The plan has {found} operators; the limit is {limit}.', action: 'Split the app into several.' },
  PLAN_VERSION_UNKNOWN: {
    message: 'The plan has version {found}; this release reads version {known}.',
    action: 'Make the plan again with the sdk of this release.',
  },
  PLAN_WRONG_TYPE: { message: 'Here belongs {expected}, but it is {found}.', action: 'The plan’s JSON Schema has the types of all fields.' },
  PLAN_VALUE_UNKNOWN: { message: '{found} is not among the values that may stand here.', action: '{hint}' },
  PLAN_FIELD_MISSING: { message: 'The field {field} is missing.', action: 'Add it.' },
  PLAN_FIELD_UNKNOWN: { message: 'There is no field {field} here.', action: '{hint}' },
  PLAN_LIST_SHORT: { message: 'The list has {found} entries.', action: 'Give it at least {least}.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>
