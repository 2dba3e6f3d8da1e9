import type { Family } from './exposition.ts'

const opening = `# Figures of the server

\`GET /metrics\` gives them in Prometheus' text format, to the operator's key or to the \`metricsToken\` of the [settings](settings.md). Streams
and apps are named as far as there are places, 500 of each, the most used first; all others are \`other\` together. A name keeps its place until
what bears it is gone, so that a counter never falls.

[grafana-dashboard.json](grafana-dashboard.json) is a dashboard of them for Grafana, made by
\`node packages/server/src/metrics/write-dashboard.ts\`. Latencies are those of some rows of each append of results: the time of the result in
the log less its event time, and less the time at which the record that caused it was taken in.

Beside these there are the figures of the process, \`process_\` and \`nodejs_\`. This page is made from the sources:
\`UPDATE=1 npx vitest run packages/server/test/metrics\`.

| figure | kind | labels | what it is |
|---|---|---|---|
`

/** docs/metrics.md. */
export function metricsPage(families: Iterable<Family>): string {
  const ours = [...families].filter(({ name }) => name.startsWith('millrace_')).sort((a, b) => (a.name < b.name ? -1 : 1))
  return `${opening}${ours.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${labels(name)} | ${help.replaceAll('|', '\\|')} |\n`).join('')}`
}

function labels(name: string): string {
  if (name === 'millrace_apps') return 'state'
  if (/^millrace_(app|result)_/.test(name)) return 'tenant, app'
  if (name === 'millrace_history_queries_total') return 'result'
  return /^millrace_(intake|log|history)_/.test(name) && !/_(commit_seconds|tenants|query_seconds)$/.test(name) ? 'tenant, stream' : ''
}
