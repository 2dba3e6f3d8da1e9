import type { Analysis as ApiAnalysis } from '@millrace/api/schemas'
import type { Analysis } from '@millrace/history'

export function shownAnalysis({ name, about, params }: Analysis): ApiAnalysis {
  return {
    name,
    about,
    params: params.map(({ name: param, kind, about: meaning, default: value, choices }) => ({
      name: param,
      kind,
      about: meaning,
      required: value === undefined,
      ...(value !== undefined && { default: value }),
      ...(choices !== undefined && { choices }),
    })),
  }
}
