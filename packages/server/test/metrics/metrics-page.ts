import type { Family } from './exposition.ts'

const opening = `# Figures of the server

\`GET /metrics\` gives them in Prometheus' text format, to the operator's key or to the \`metricsToken\` of the [settings](settings.md). Streams
and apps are named as far as there are places, 500 of each, the most used first; all others are \`(other)\` together. A name keeps its place until
what bears it is gone, so that a counter never falls.

[grafana-dashboard.json](grafana-dashboard.json) is a dashboard of them for Grafana, made by
\`node packages/server/src/metrics/write-dashboard.ts\`. Latencies are those of some rows of each append of results: the time of the result in
the log less its event time, and less the time at which the record that caused it was taken in.

What is rejected is a deserialization error, a conversion error or early; records are out of order beside those that came since the server
began. Counters begin at 0 with each start of the server, as Prometheus has them: \`rate\` and \`increase\` allow for it. What a tenant used, the totals of
its dead letters and what retention dropped are kept through restarts. \`promtool check metrics\` finds nothing wrong with the page, and a real Prometheus scrapes a server in [proof.md](proof.md).

Beside these there are the figures of the process, \`process_\` and \`nodejs_\`. This page is made from the sources:
\`UPDATE=1 npx vitest run packages/server/test/metrics\`.

| figure | kind | labels | what it is |
|---|---|---|---|
`

/** docs/metrics.md. */
export function metricsPage(families: Iterable<Family>): string {
  const ours = [...families].filter(({ name }) => name.startsWith('millrace_')).sort((a, b) => (a.name < b.name ? -1 : 1))
  return `${opening}${ours.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${labelsOf(name)} | ${help.replaceAll('|', '\\|')} |\n`).join('')}`
}

/** Of those that are not by stream or app. */
const ownLabels: Readonly<Record<string, string>> = {
  millrace_apps: 'state',
  millrace_gateway_connections: 'gateway',
  millrace_gateway_ended_connections_total: 'gateway, reason',
  millrace_gateway_sent_messages_total: 'gateway',
  millrace_history_queries_total: 'result',
  millrace_history_query_seconds: '',
  millrace_intake_commit_seconds: '',
  millrace_log_appends_total: '',
  millrace_log_commit_seconds: '',
  millrace_log_committed_bytes_total: '',
  millrace_log_disk_bytes: 'kind',
  millrace_log_events_total: 'kind',
  millrace_log_files: 'kind',
  millrace_log_sync_seconds: '',
  millrace_log_tenants: '',
  millrace_log_waiting_bytes: '',
  millrace_metrics_look_seconds: '',
  millrace_tenant_query_seconds_total: 'tenant',
}

export function labelsOf(name: string): string {
  return ownLabels[name] ?? (/^millrace_(app|result)_/.test(name) ? 'tenant, app' : 'tenant, stream')
}
