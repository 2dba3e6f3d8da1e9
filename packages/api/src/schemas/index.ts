export { type HistoryFormat, historyFormats } from '../history-formats.ts'
export {
  Acknowledge,
  Acknowledgement,
  Alert,
  AlertPage,
  AlertQuery,
  AlertState,
  AlertTotal,
  NewSilence,
  Silence,
  SilenceList,
} from './alert.ts'
export { App, AppDetails, AppFigures, AppPage, AppState, Comparison, Deployment, FreshStart, Params, Savepoints, Start, StateFate, Stop } from './app.ts'
export { AppEvent, AppEventPage } from './app-event.ts'
export { AppVersion, AppVersionPage, ParamsChange, RollBack, RolledBack } from './app-versions.ts'
export { AuditEntry, AuditPage } from './audit-entry.ts'
export { Backup, BackupPage } from './backup.ts'
export { DeadLetterReplay, DeadLetterTotals, DeadLetterTotalsQuery, ReplayDeadLetters } from './dead-letters.ts'
export { DeliveryPage, DeliveryPath, Guarantee } from './delivery.ts'
export { FileSink, FileSinkList, NewFileSink } from './file-sink.ts'
export { Health, Readiness } from './health.ts'
export {
  Analyses,
  Analysis,
  AnalysisParam,
  AnalysisRun,
  HistoryAnswer,
  HistoryChoice,
  HistoryColumn,
  HistoryQuery,
  HistoryState,
  HistoryTable,
  HistoryTables,
} from './history.ts'
export { EndedRun, Job, JobFigures, JobSnapshot, JobState } from './job.ts'
export { CreatedKey, Key, KeyPage, KeyRotation, NewKey, Scope } from './key.ts'
export { PlanReference, planSchemas, StreamReference } from './plan.ts'
export { Problem, ProblemIssue } from './problem.ts'
export { DeadLetter, DeadLetterPage, IntakeHeaders, IntakeReceipt, RecordRow, RecordsPage, RecordsQuery, Rejection } from './records.ts'
export { AtMs, Count, closed, list, Name, oneOf, orNull, PageQuery, pageOf, Sequence } from './shapes.ts'
export { NewSink, Outgoing, Sink, SinkChange, SinkList } from './sink.ts'
export { Failing, NewSource, Source, SourceChange, SourceList } from './source.ts'
export { Retention, Stream, StreamDeclarationRequest, StreamFigures, StreamPage, StreamVersion, StreamVersions, WayIn } from './stream.ts'
export {
  CassandraSink,
  KafkaSink,
  KafkaSource,
  MongodbSink,
  PostgresqlSink,
  RabbitmqSink,
  RabbitmqSource,
  type SinkSystem,
  type SourceSystem,
  sinkSystems,
  sourceSystems,
  Tls,
} from './systems.ts'
export { NewTenant, Quotas, Tenant, TenantChange, TenantPage } from './tenant.ts'
export { Usage, UsageDay, UsageQuery } from './usage.ts'
export { CreatedWebhook, NewWebhook, Webhook, WebhookList } from './webhook.ts'
