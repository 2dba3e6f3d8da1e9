import type { ErrorEntry } from '../errors.ts'

export const planErrors = {
  PLAN_INVALID: {
    message: 'The plan has {count} issue(s). The first: {first}',
    action: 'Mend what the issues name; each has the path of its place in the plan.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
