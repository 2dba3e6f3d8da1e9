type Unit = 'short' | 'bytes' | 's' | 'ops' | 'Bps' | 'percentunit'

interface Query {
  readonly expr: string
  readonly legend: string
}

interface Panel {
  readonly title: string
  readonly unit: Unit
  readonly queries: readonly Query[]
}

interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

const panel = (title: string, unit: Unit, ...queries: readonly Query[]): Panel => ({ title, unit, queries })
const query = (expr: string, legend: string): Query => ({ expr, legend })

const ofStream = '{tenant=~"$tenant", stream=~"$stream"}'
const ofApp = '{tenant=~"$tenant", app=~"$app"}'
const streamRate = (name: string): string => `sum by (tenant, stream) (rate(millrace_intake_${name}_total${ofStream}[$__rate_interval]))`
const appRate = (name: string): string => `sum by (tenant, app) (rate(millrace_app_${name}_total${ofApp}[$__rate_interval]))`
const appValue = (name: string): string => `millrace_app_${name}${ofApp}`
const quantile = (share: number, name: string, labels: string): string =>
  `histogram_quantile(${share}, sum by (le${labels === '' ? '' : ', tenant, app'}) (rate(${name}_bucket${labels}[$__rate_interval])))`
const byStream = '{{tenant}}/{{stream}}'
const byApp = '{{tenant}}/{{app}}'

const rows: readonly Row[] = [
  {
    title: 'In',
    panels: [
      panel('Records accepted', 'ops', query(streamRate('records'), byStream)),
      panel('Records rejected', 'ops', query(streamRate('rejected_records'), byStream)),
      panel(
        'Why records were rejected',
        'ops',
        query(streamRate('deserialization_errors'), `${byStream} deserialization`),
        query(streamRate('conversion_errors'), `${byStream} conversion`),
        query(streamRate('early_records'), `${byStream} early`),
      ),
      panel('Out of order', 'ops', query(streamRate('out_of_order_records'), byStream)),
      panel('Bytes', 'Bps', query(streamRate('bytes'), byStream)),
      panel(
        'Bodies absorbed and failed',
        'ops',
        query(streamRate('duplicate_bodies'), `${byStream} absorbed`),
        query(streamRate('repeated_records'), `${byStream} repeated records`),
        query(streamRate('failed_bodies'), `${byStream} failed`),
      ),
      panel(
        'Until durable',
        's',
        query(quantile(0.5, 'millrace_intake_commit_seconds', ''), 'p50'),
        query(quantile(0.99, 'millrace_intake_commit_seconds', ''), 'p99'),
      ),
      panel('Kept', 'bytes', query(`millrace_log_bytes${ofStream}`, byStream)),
      panel('Dropped by retention', 'ops', query(`sum by (tenant, stream) (rate(millrace_log_dropped_records_total${ofStream}[$__rate_interval]))`, byStream)),
      panel('Connections open', 'short', query('millrace_gateway_connections', '{{gateway}}')),
      panel('Connections ended', 'short', query('increase(millrace_gateway_ended_connections_total[1h])', '{{gateway}} {{reason}}')),
      panel('Messages to subscribers', 'ops', query('rate(millrace_gateway_sent_messages_total[$__rate_interval])', '{{gateway}}')),
    ],
  },
  {
    title: 'Log',
    panels: [
      panel(
        'Time of commits',
        's',
        query(quantile(0.5, 'millrace_log_commit_seconds', ''), 'p50'),
        query(quantile(0.99, 'millrace_log_commit_seconds', ''), 'p99'),
        query(quantile(0.99, 'millrace_log_sync_seconds', ''), 'p99 of fdatasync'),
      ),
      panel(
        'Commits',
        'ops',
        query('rate(millrace_log_commit_seconds_count[$__rate_interval])', 'commits'),
        query('rate(millrace_log_appends_total[$__rate_interval])', 'appends'),
      ),
      panel('Written', 'Bps', query('rate(millrace_log_committed_bytes_total[$__rate_interval])', 'journal')),
      panel('On the disk', 'bytes', query('millrace_log_disk_bytes', '{{kind}}')),
      panel('Files', 'short', query('millrace_log_files', '{{kind}}')),
      panel('Reported', 'short', query('increase(millrace_log_events_total[1h])', '{{kind}}')),
      panel('Waiting for a commit', 'bytes', query('millrace_log_waiting_bytes', 'bytes')),
    ],
  },
  {
    title: 'Other systems',
    panels: [
      panel('Messages from sources', 'ops', query('rate(millrace_source_messages_total{tenant=~"$tenant"}[$__rate_interval])', '{{tenant}}/{{source}}')),
      panel('Waiting in their systems', 'short', query('millrace_source_behind_messages{tenant=~"$tenant"}', '{{tenant}}/{{source}}')),
      panel('Lost in their systems', 'short', query('increase(millrace_source_lost_messages_total{tenant=~"$tenant"}[1h])', '{{tenant}}/{{source}}')),
      panel('Rows to sinks', 'ops', query('rate(millrace_sink_rows_total{tenant=~"$tenant"}[$__rate_interval])', '{{tenant}}/{{sink}}')),
      panel('Sinks behind', 'short', query('millrace_sink_behind_records{tenant=~"$tenant"}', '{{tenant}}/{{sink}}')),
      panel('Rows refused', 'short', query('increase(millrace_sink_refused_rows_total{tenant=~"$tenant"}[1h])', '{{tenant}}/{{sink}}')),
      panel(
        'Failing',
        'short',
        query('millrace_source_failing{tenant=~"$tenant"} > 0', '{{tenant}}/{{source}}'),
        query('millrace_sink_failing{tenant=~"$tenant"} > 0', '{{tenant}}/{{sink}}'),
      ),
    ],
  },
  {
    title: 'History',
    panels: [
      panel('Behind', 's', query(`millrace_history_behind_seconds${ofStream}`, byStream)),
      panel('Kept in files', 'bytes', query(`millrace_history_bytes${ofStream}`, byStream)),
      panel('Failing', 'short', query(`millrace_history_failing${ofStream} > 0`, byStream)),
      panel('Queries', 'ops', query('sum by (result) (rate(millrace_history_queries_total[$__rate_interval]))', '{{result}}')),
      panel('Time of queries', 's', query(quantile(0.99, 'millrace_history_query_seconds', ''), 'p99')),
      panel('Queries run by tenant', 'percentunit', query('rate(millrace_tenant_query_seconds_total{tenant=~"$tenant"}[$__rate_interval])', '{{tenant}}')),
    ],
  },
  {
    title: 'Apps',
    panels: [
      panel('Apps by state', 'short', query('millrace_apps', '{{state}}')),
      panel('Records taken', 'ops', query(appRate('records'), byApp)),
      panel('Results', 'ops', query(appRate('results'), byApp), query(appRate('revisions'), `${byApp} revisions`)),
      panel('Lag', 'short', query(appValue('lag_records'), byApp)),
      panel('Queue delay', 's', query(appValue('queue_delay_seconds'), byApp)),
      panel('Watermark delay', 's', query(appValue('watermark_delay_seconds'), byApp)),
      panel('Late records', 'ops', query(appRate('late_records'), byApp), query(appRate('late_revisions'), `${byApp} revised`)),
      panel('Alerts opened', 'ops', query(appRate('alerts_opened'), byApp)),
      panel('Values that became missing', 'ops', query(appRate('value_errors'), byApp)),
      panel('Runs that failed', 'short', query(`increase(millrace_app_failed_runs_total${ofApp}[1h])`, byApp)),
    ],
  },
  {
    title: 'Latency',
    panels: [
      panel(
        'From ingestion to result',
        's',
        query(quantile(0.5, 'millrace_result_latency_seconds', ofApp), `${byApp} p50`),
        query(quantile(0.99, 'millrace_result_latency_seconds', ofApp), `${byApp} p99`),
      ),
      panel(
        'From event time to result',
        's',
        query(quantile(0.5, 'millrace_result_event_latency_seconds', ofApp), `${byApp} p50`),
        query(quantile(0.99, 'millrace_result_event_latency_seconds', ofApp), `${byApp} p99`),
      ),
    ],
  },
  {
    title: 'State and resources',
    panels: [
      panel('Processor time by app', 'percentunit', query(appRate('cpu_seconds'), byApp)),
      panel('Threads by app', 'short', query(appValue('parts'), byApp)),
      panel('State', 'bytes', query(appValue('state_bytes'), byApp)),
      panel('Keys', 'short', query(appValue('keys'), byApp)),
      panel('Snapshot age', 's', query(appValue('snapshot_age_seconds'), byApp)),
      panel('Snapshot size', 'bytes', query(appValue('snapshot_bytes'), byApp)),
      panel('Snapshot pause', 's', query(appValue('snapshot_pause_seconds'), byApp)),
      panel('Processor time of the server', 'percentunit', query('rate(process_cpu_seconds_total[$__rate_interval])', 'server')),
      panel('Memory of the server', 'bytes', query('process_resident_memory_bytes', 'resident'), query('nodejs_heap_size_used_bytes', 'heap')),
      panel('Event loop lag', 's', query('nodejs_eventloop_lag_p99_seconds', 'p99')),
    ],
  },
]

const source = { type: 'prometheus', uid: '$source' }
const panelHeight = 8
const panelWidth = 8
const columns = 24 / panelWidth

/** A dashboard for Grafana 10 or later, as its import page takes it. */
export function dashboard(): object {
  return {
    uid: 'millrace',
    title: 'Millrace',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [sourceVariable, ...['tenant', 'stream', 'app'].map(variable)] },
    panels: placed(),
  }
}

const sourceVariable = { name: 'source', label: 'Source', type: 'datasource', query: 'prometheus' }

function variable(name: string): object {
  const metric = name === 'app' ? 'millrace_app_keys' : 'millrace_log_records'
  const filter = name === 'tenant' ? '' : '{tenant=~"$tenant"}'
  const all = { includeAll: true, allValue: '.*', multi: true, current: { text: 'All', value: '$__all' } }
  return {
    name,
    label: `${name[0]?.toUpperCase()}${name.slice(1)}`,
    type: 'query',
    datasource: source,
    query: `label_values(${metric}${filter}, ${name})`,
    refresh: 2,
    ...all,
  }
}

function placed(): readonly object[] {
  const all: object[] = []
  let y = 0
  for (const { title, panels } of rows) {
    all.push({ id: all.length + 1, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] })
    for (const [at, one] of panels.entries()) {
      const gridPos = { x: (at % columns) * panelWidth, y: y + 1 + Math.floor(at / columns) * panelHeight, w: panelWidth, h: panelHeight }
      all.push(timeSeries(one, all.length + 1, gridPos))
    }
    y += 1 + Math.ceil(panels.length / columns) * panelHeight
  }
  return all
}

function timeSeries({ title, unit, queries }: Panel, id: number, gridPos: object): object {
  const targets = queries.map(({ expr, legend }, at) => ({ refId: String.fromCharCode(65 + at), datasource: source, expr, legendFormat: legend }))
  return { id, type: 'timeseries', title, datasource: source, gridPos, fieldConfig: { defaults: { unit, min: 0 }, overrides: [] }, targets }
}
