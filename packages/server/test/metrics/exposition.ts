/** A sample of the text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const nameOf = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const sampleLine = new RegExp(`^(${nameOf})(?:\\{(.*)\\})? (\\S+)$`)
const labelOf = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/
const endings: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] }

/** Reads the Prometheus text format 0.0.4 as strictly as its description has it; throws at the first line that breaks a rule. */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, { name: string; type: string; help: string; samples: Sample[] }>()
  const seen = new Set<string>()
  let current: { name: string; type: string; help: string; samples: Sample[] } | null = null
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const about = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    if (about !== null) {
      const [, kind, name = '', rest = ''] = about
      if (kind === 'HELP') {
        if (families.has(name)) throw new Error(`${name} stands in two places`)
        current = { name, type: '', help: rest, samples: [] }
        families.set(name, current)
      } else if (current?.name !== name || current.type !== '' || current.samples.length > 0) throw new Error(`TYPE of ${name} is out of place`)
      else current.type = rest
      continue
    }
    const sample = sampleOf(line)
    const wanted = endings[current?.type ?? ''] ?? ['']
    if (current === null || !wanted.some((end) => sample.name === `${current?.name}${end}`)) throw new Error(`out of place: ${line}`)
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (seen.has(key)) throw new Error(`twice: ${line}`)
    seen.add(key)
    current.samples.push(sample)
  }
  return families
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = sampleLine.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`)
  const number =
    value === '+Inf' ? Number.POSITIVE_INFINITY : value === '-Inf' ? Number.NEGATIVE_INFINITY : value === 'Nan' || value === 'NaN' ? Number.NaN : Number(value)
  if (Number.isNaN(number) && value !== 'NaN' && value !== 'Nan') throw new Error(`no number: ${line}`)
  return { name, labels: labelsIn(labels, line), value: number }
}

function labelsIn(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (let rest = text; rest !== ''; ) {
    const [whole, name, value] = labelOf.exec(rest) ?? []
    if (whole === undefined || name === undefined || value === undefined || name in labels) throw new Error(`labels: ${line}`)
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    rest = rest.slice(whole.length)
  }
  return labels
}
