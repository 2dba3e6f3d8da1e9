import { type Issue, planVersion, validate } from '@millrace/plan'

/** All that is wrong with a stream's declaration, with paths inside it. */
export function declarationIssues(stream: string, declaration: unknown): readonly Issue[] {
  // The checks of plans are the law on streams: the smallest plan that reads this one has its issues and no others.
  const plan = {
    version: planVersion,
    name: 'declaration',
    params: {},
    streams: { [stream]: declaration },
    operators: [{ id: 'read', kind: 'read', stream }],
    outputs: { rows: 'read' },
  }
  const prefix = `streams.${stream}`
  return validate(plan).flatMap((found) => (found.path.startsWith(prefix) ? [{ ...found, path: found.path.slice(prefix.length + 1) }] : []))
}
