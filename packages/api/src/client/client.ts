import { type HistoryFormat, historyFormats } from '../history-formats.ts'
import type { OperationName } from '../operations.ts'
import type { Acknowledge, Alert, AlertPage, AlertQuery, NewSilence, Silence, SilenceList } from '../schemas/alert.ts'
import type { AppDetails, AppFigures, AppPage, Comparison, Deployment, FreshStart, Savepoints, Start, Stop } from '../schemas/app.ts'
import type { AppEventPage } from '../schemas/app-event.ts'
import type { AppVersionPage, ParamsChange, RollBack, RolledBack } from '../schemas/app-versions.ts'
import type { AuditPage } from '../schemas/audit-entry.ts'
import type { Backup, BackupPage } from '../schemas/backup.ts'
import type { DeadLetterReplay, DeadLetterTotals, DeadLetterTotalsQuery, ReplayDeadLetters } from '../schemas/dead-letters.ts'
import type { DeliveryPage } from '../schemas/delivery.ts'
import type { FileSink, FileSinkList, NewFileSink } from '../schemas/file-sink.ts'
import type { Health, Readiness } from '../schemas/health.ts'
import type { Analyses, AnalysisRun, HistoryAnswer, HistoryQuery, HistoryTables } from '../schemas/history.ts'
import type { CreatedKey, KeyPage, KeyRotation, NewKey } from '../schemas/key.ts'
import type { DeadLetterPage, IntakeReceipt, RecordsPage, RecordsQuery } from '../schemas/records.ts'
import type { PageQuery } from '../schemas/shapes.ts'
import type { NewSink, Sink, SinkChange, SinkList } from '../schemas/sink.ts'
import type { NewSource, Source, SourceChange, SourceList } from '../schemas/source.ts'
import type { Stream, StreamDeclarationRequest, StreamPage, StreamVersions } from '../schemas/stream.ts'
import type { NewTenant, Tenant, TenantChange, TenantPage } from '../schemas/tenant.ts'
import type { Usage, UsageQuery } from '../schemas/usage.ts'
import type { CreatedWebhook, NewWebhook, Webhook, WebhookList } from '../schemas/webhook.ts'
import { type ClientOptions, Connection, jsonBody } from './connection.ts'
import { type Followed, type FollowOptions, followRows } from './followed.ts'
import { type AnswerOptions, asking, bytesOf } from './history-answers.ts'
import { all, type Listed } from './pages.ts'
import { RecordSender } from './record-sender.ts'
import type { Records, SendOptions } from './sent-records.ts'

/** Each operation of the REST API under its name. Methods throw RequestFailed where the answer is an error, or none comes. */
export class MillraceClient implements Readonly<Record<OperationName, (...parameters: never[]) => unknown>> {
  private readonly connection: Connection
  private readonly sender: RecordSender

  constructor(options: ClientOptions) {
    this.connection = new Connection(options)
    this.sender = new RecordSender(this.connection)
  }

  health(): Promise<Health> {
    return this.connection.json('health')
  }

  ready(): Promise<Readiness> {
    return this.connection.json('ready')
  }

  /** Figures in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.connection.call('metrics', { headers: { accept: 'text/plain' } }, (answer) => answer.text())
  }

  listTenants(query: PageQuery = {}): Promise<TenantPage> {
    return this.connection.json('listTenants', { query })
  }

  createTenant(tenant: NewTenant): Promise<Tenant> {
    return this.connection.json('createTenant', jsonBody(tenant))
  }

  getTenant(tenant: string): Promise<Tenant> {
    return this.connection.json('getTenant', { path: { tenant } })
  }

  changeTenant(tenant: string, change: TenantChange): Promise<Tenant> {
    return this.connection.json('changeTenant', { path: { tenant }, ...jsonBody(change) })
  }

  /** A tar archive of all that is kept of the tenant; `export.json` in it comes last. */
  exportTenant(tenant: string): Promise<ReadableStream<Uint8Array>> {
    return this.connection.call('exportTenant', { path: { tenant }, headers: { accept: 'application/x-tar' } }, ({ body }) => body ?? new Blob([]).stream())
  }

  deleteTenant(tenant: string): Promise<void> {
    return this.connection.json('deleteTenant', { path: { tenant } })
  }

  listKeys(query: PageQuery = {}): Promise<KeyPage> {
    return this.connection.json('listKeys', { query })
  }

  createKey(key: NewKey): Promise<CreatedKey> {
    return this.connection.json('createKey', jsonBody(key))
  }

  revokeKey(key: string): Promise<void> {
    return this.connection.json('revokeKey', { path: { key } })
  }

  /** A new key in the place of another, which is good for a grace time still: nobody stands without one. */
  rotateKey(key: string, rotation: KeyRotation = {}): Promise<CreatedKey> {
    return this.connection.json('rotateKey', { path: { key }, ...jsonBody(rotation) })
  }

  listStreams(query: PageQuery = {}): Promise<StreamPage> {
    return this.connection.json('listStreams', { query })
  }

  getStream(stream: string): Promise<Stream> {
    return this.connection.json('getStream', { path: { stream } })
  }

  declareStream(stream: string, declaration: StreamDeclarationRequest): Promise<Stream> {
    return this.connection.json('declareStream', { path: { stream }, ...jsonBody(declaration) })
  }

  deleteStream(stream: string): Promise<void> {
    return this.connection.json('deleteStream', { path: { stream } })
  }

  listStreamVersions(stream: string, query: PageQuery = {}): Promise<StreamVersions> {
    return this.connection.json('listStreamVersions', { path: { stream }, query })
  }

  /**
   * Resolves once the records are durable. Sent again after a failure they are not doubled: the client counts its bodies, unless
   * `producer` says how they are counted; its id and sequence must be the same when a program sends the same records once more.
   * Streamed records are sent once, and kept piece by piece as they come: after a failure some of them may be there.
   */
  sendRecords(stream: string, records: Records, options: SendOptions = {}): Promise<IntakeReceipt> {
    return this.sender.send(stream, records, options)
  }

  readRecords(stream: string, query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.connection.json('readRecords', { path: { stream }, query, waitMs: query.waitMs })
  }

  /** Records as they come, until the signal; without a gap and none twice, whatever happens to the connection. */
  followRecords(stream: string, options: FollowOptions = {}): AsyncGenerator<Followed> {
    return followRows(this.connection, 'followRecords', { stream }, options)
  }

  readDeadLetters(stream: string, query: RecordsQuery = {}): Promise<DeadLetterPage> {
    return this.connection.json('readDeadLetters', { path: { stream }, query, waitMs: query.waitMs })
  }

  /** Of all dead letters there ever were. */
  deadLetterTotals(stream: string, query: DeadLetterTotalsQuery = {}): Promise<DeadLetterTotals> {
    return this.connection.json('deadLetterTotals', { path: { stream }, query })
  }

  /** Appends those that fit the stream as it is declared now, each once however often they are replayed. */
  replayDeadLetters(stream: string, options: ReplayDeadLetters = {}): Promise<DeadLetterReplay> {
    return this.connection.json('replayDeadLetters', { path: { stream }, ...jsonBody(options), repeatable: true })
  }

  listApps(query: PageQuery = {}): Promise<AppPage> {
    return this.connection.json('listApps', { query })
  }

  getApp(app: string): Promise<AppDetails> {
    return this.connection.json('getApp', { path: { app } })
  }

  /** `ifVersion`: refused where the app is at another version by now. */
  deployApp(app: string, deployment: Deployment, ifVersion?: number): Promise<AppDetails> {
    return this.connection.json('deployApp', { path: { app }, ...jsonBody(deployment, ifVersion) })
  }

  /** A new version with the same plan. `ifVersion`: refused where the app is at another version by now. */
  changeParams(app: string, change: ParamsChange, ifVersion?: number): Promise<AppDetails> {
    return this.connection.json('changeParams', { path: { app }, ...jsonBody(change, ifVersion) })
  }

  listAppVersions(app: string, query: PageQuery = {}): Promise<AppVersionPage> {
    return this.connection.json('listAppVersions', { path: { app }, query })
  }

  /** `ifVersion`: refused where the app is at another version by now. */
  rollBackApp(app: string, rollBack: RollBack, ifVersion?: number): Promise<RolledBack> {
    return this.connection.json('rollBackApp', { path: { app }, ...jsonBody(rollBack, ifVersion) })
  }

  /** What happened to an app, the newest first. */
  appHistory(app: string, query: PageQuery = {}): Promise<AppEventPage> {
    return this.connection.json('appHistory', { path: { app }, query })
  }

  compareApp(app: string, deployment: Deployment): Promise<Comparison> {
    return this.connection.json('compareApp', { path: { app }, ...jsonBody(deployment), repeatable: true })
  }

  startApp(app: string, start: Start = {}): Promise<AppDetails> {
    return this.connection.json('startApp', { path: { app }, ...jsonBody(start) })
  }

  stopApp(app: string, stop: Stop = {}): Promise<AppDetails> {
    return this.connection.json('stopApp', { path: { app }, ...jsonBody(stop) })
  }

  startAppFresh(app: string, start: FreshStart = {}): Promise<AppDetails> {
    return this.connection.json('startAppFresh', { path: { app }, ...jsonBody(start) })
  }

  deleteApp(app: string): Promise<void> {
    return this.connection.json('deleteApp', { path: { app } })
  }

  appFigures(app: string): Promise<AppFigures> {
    return this.connection.json('appFigures', { path: { app } })
  }

  appDelivery(app: string, query: PageQuery = {}): Promise<DeliveryPage> {
    return this.connection.json('appDelivery', { path: { app }, query })
  }

  listSavepoints(app: string): Promise<Savepoints> {
    return this.connection.json('listSavepoints', { path: { app } })
  }

  deleteSavepoint(app: string, savepoint: string): Promise<void> {
    return this.connection.json('deleteSavepoint', { path: { app, savepoint } })
  }

  readResults(app: string, output: string, query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.connection.json('readResults', { path: { app, output }, query, waitMs: query.waitMs })
  }

  /** Results as they come, until the signal; without a gap and none twice, whatever happens to the connection. */
  followResults(app: string, output: string, options: FollowOptions = {}): AsyncGenerator<Followed> {
    return followRows(this.connection, 'followResults', { app, output }, options)
  }

  /** Records that came too late for all windows of an operator. */
  readLateRecords(app: string, operator: string, query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.connection.json('readLateRecords', { path: { app, operator }, query, waitMs: query.waitMs })
  }

  /** The newest first. */
  listAlerts(query: AlertQuery = {}): Promise<AlertPage> {
    return this.connection.json('listAlerts', { query })
  }

  acknowledgeAlert(app: string, alert: string, acknowledge: Acknowledge = {}): Promise<Alert> {
    return this.connection.json('acknowledgeAlert', { path: { app, alert }, ...jsonBody(acknowledge), repeatable: true })
  }

  listSilences(): Promise<SilenceList> {
    return this.connection.json('listSilences')
  }

  createSilence(silence: NewSilence): Promise<Silence> {
    return this.connection.json('createSilence', jsonBody(silence))
  }

  deleteSilence(silence: string): Promise<void> {
    return this.connection.json('deleteSilence', { path: { silence } })
  }

  listWebhooks(): Promise<WebhookList> {
    return this.connection.json('listWebhooks')
  }

  getWebhook(webhook: string): Promise<Webhook> {
    return this.connection.json('getWebhook', { path: { webhook } })
  }

  createWebhook(webhook: string, body: NewWebhook): Promise<CreatedWebhook> {
    return this.connection.json('createWebhook', { path: { webhook }, ...jsonBody(body) })
  }

  deleteWebhook(webhook: string): Promise<void> {
    return this.connection.json('deleteWebhook', { path: { webhook } })
  }

  /** Results that could not be delivered. */
  readWebhookDeadLetters(webhook: string, query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.connection.json('readWebhookDeadLetters', { path: { webhook }, query, waitMs: query.waitMs })
  }

  /** One SELECT over the history. The signal ends it on the server, too. */
  queryHistory(query: HistoryQuery, options: AnswerOptions = {}): Promise<HistoryAnswer> {
    return this.connection.json('queryHistory', { ...asking(query, options), ...jsonBody(query) })
  }

  /** The same as the bytes of a file. */
  queryHistoryAs(format: HistoryFormat, query: HistoryQuery, options: AnswerOptions = {}): Promise<Uint8Array> {
    const { headers, body } = jsonBody(query)
    return this.connection.call('queryHistory', { ...asking(query, options), body, headers: { ...headers, accept: historyFormats[format] } }, bytesOf)
  }

  /** Ends a query that was given a name. */
  cancelQuery(query: string): Promise<void> {
    return this.connection.json('cancelQuery', { path: { query } })
  }

  listTables(): Promise<HistoryTables> {
    return this.connection.json('listTables')
  }

  listAnalyses(): Promise<Analyses> {
    return this.connection.json('listAnalyses')
  }

  runAnalysis(analysis: string, run: AnalysisRun, options: AnswerOptions = {}): Promise<HistoryAnswer> {
    return this.connection.json('runAnalysis', { path: { analysis }, ...asking(run, options), ...jsonBody(run) })
  }

  /** The same as the bytes of a file. */
  runAnalysisAs(format: HistoryFormat, analysis: string, run: AnalysisRun, options: AnswerOptions = {}): Promise<Uint8Array> {
    const { headers, body } = jsonBody(run)
    const call = { path: { analysis }, ...asking(run, options), body, headers: { ...headers, accept: historyFormats[format] } }
    return this.connection.call('runAnalysis', call, bytesOf)
  }

  /** Of all that the server keeps; by the operator. */
  createBackup(): Promise<Backup> {
    return this.connection.json('createBackup', { waitMs: 3_600_000 })
  }

  listBackups(query: PageQuery = {}): Promise<BackupPage> {
    return this.connection.json('listBackups', { query })
  }

  /** By day, stream and app. */
  usage(query: UsageQuery = {}): Promise<Usage> {
    return this.connection.json('usage', { query })
  }

  listFileSinks(): Promise<FileSinkList> {
    return this.connection.json('listFileSinks')
  }

  getFileSink(sink: string): Promise<FileSink> {
    return this.connection.json('getFileSink', { path: { sink } })
  }

  createFileSink(sink: string, body: NewFileSink): Promise<FileSink> {
    return this.connection.json('createFileSink', { path: { sink }, ...jsonBody(body) })
  }

  deleteFileSink(sink: string): Promise<void> {
    return this.connection.json('deleteFileSink', { path: { sink } })
  }

  listSources(): Promise<SourceList> {
    return this.connection.json('listSources')
  }

  getSource(source: string): Promise<Source> {
    return this.connection.json('getSource', { path: { source } })
  }

  createSource(source: string, body: NewSource): Promise<Source> {
    return this.connection.json('createSource', { path: { source }, ...jsonBody(body) })
  }

  /** Other settings, or a pause. */
  changeSource(source: string, change: SourceChange): Promise<Source> {
    return this.connection.json('changeSource', { path: { source }, ...jsonBody(change) })
  }

  deleteSource(source: string): Promise<void> {
    return this.connection.json('deleteSource', { path: { source } })
  }

  listSinks(): Promise<SinkList> {
    return this.connection.json('listSinks')
  }

  getSink(sink: string): Promise<Sink> {
    return this.connection.json('getSink', { path: { sink } })
  }

  createSink(sink: string, body: NewSink): Promise<Sink> {
    return this.connection.json('createSink', { path: { sink }, ...jsonBody(body) })
  }

  /** Other settings, or a pause. */
  changeSink(sink: string, change: SinkChange): Promise<Sink> {
    return this.connection.json('changeSink', { path: { sink }, ...jsonBody(change) })
  }

  deleteSink(sink: string): Promise<void> {
    return this.connection.json('deleteSink', { path: { sink } })
  }

  /** Rows that the system would not take. */
  readSinkDeadLetters(sink: string, query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.connection.json('readSinkDeadLetters', { path: { sink }, query, waitMs: query.waitMs })
  }

  listAuditEntries(query: PageQuery = {}): Promise<AuditPage> {
    return this.connection.json('listAuditEntries', { query })
  }

  /** All items of a list, page by page: `client.all((page) => client.listApps(page))`. */
  all<Item>(list: (query: PageQuery) => Promise<Listed<Item>>): AsyncGenerator<Item> {
    return all(list)
  }
}
