import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, oneOf, orNull, whole } from './shapes.ts'

const name = Type.String({ maxLength: 128 })
const formats = ['ndjson', 'csv'] as const

export const NewFileSink = closed(
  {
    app: name,
    output: name,
    format: Type.Optional(oneOf(formats, 'Default ndjson')),
    everySeconds: Type.Optional(whole({ minimum: 1, maximum: 86_400, description: 'A file is finished so long after its first result; default 60' })),
    from: Type.Optional(oneOf(['begin', 'now'], 'With all results there are, or with what comes next (default)')),
  },
  { description: 'Writes the results of an output to files', examples: [{ app: 'equipment-failures', output: 'failures', format: 'csv' }] },
)
export type NewFileSink = Static<typeof NewFileSink>

export const FileSink = closed(
  {
    name,
    app: name,
    output: name,
    format: oneOf(formats),
    everySeconds: Count,
    createdMs: AtMs,
    position: orNull(Count, 'Results below it are in finished files; null: it never ran'),
    files: whole({ minimum: 0, description: 'Finished since the start of the server' }),
    rows: whole({ minimum: 0, description: 'Results in them' }),
    waiting: orNull(Type.String(), 'Why it does not go on right now; null: it does'),
    ended: orNull(Type.String(), 'Why it does not run; null: it does'),
  },
  { description: 'A file sink and how far it is' },
)
export type FileSink = Static<typeof FileSink>

export const FileSinkList = closed({ items: list(FileSink) }, { description: 'File sinks by name' })
export type FileSinkList = Static<typeof FileSinkList>
