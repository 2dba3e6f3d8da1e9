/** Every operation of the REST API; its name is the `operationId` of the OpenAPI document and the client's method. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
}

export const operations = {
  health: { method: 'GET', path: '/health' },
  ready: { method: 'GET', path: '/ready' },
  metrics: { method: 'GET', path: '/metrics' },

  listTenants: { method: 'GET', path: '/v1/tenants' },
  createTenant: { method: 'POST', path: '/v1/tenants' },
  getTenant: { method: 'GET', path: '/v1/tenants/{tenant}' },
  changeTenant: { method: 'PATCH', path: '/v1/tenants/{tenant}' },
  exportTenant: { method: 'GET', path: '/v1/tenants/{tenant}/export' },
  deleteTenant: { method: 'DELETE', path: '/v1/tenants/{tenant}' },

  listKeys: { method: 'GET', path: '/v1/keys' },
  createKey: { method: 'POST', path: '/v1/keys' },
  revokeKey: { method: 'DELETE', path: '/v1/keys/{key}' },
  rotateKey: { method: 'POST', path: '/v1/keys/{key}/rotate' },

  listStreams: { method: 'GET', path: '/v1/streams' },
  getStream: { method: 'GET', path: '/v1/streams/{stream}' },
  declareStream: { method: 'PUT', path: '/v1/streams/{stream}' },
  deleteStream: { method: 'DELETE', path: '/v1/streams/{stream}' },
  listStreamVersions: { method: 'GET', path: '/v1/streams/{stream}/versions' },
  sendRecords: { method: 'POST', path: '/v1/streams/{stream}/records' },
  readRecords: { method: 'GET', path: '/v1/streams/{stream}/records' },
  followRecords: { method: 'GET', path: '/v1/streams/{stream}/live' },
  readDeadLetters: { method: 'GET', path: '/v1/streams/{stream}/dead-letters' },
  deadLetterTotals: { method: 'GET', path: '/v1/streams/{stream}/dead-letters/totals' },
  replayDeadLetters: { method: 'POST', path: '/v1/streams/{stream}/dead-letters/replay' },

  listApps: { method: 'GET', path: '/v1/apps' },
  getApp: { method: 'GET', path: '/v1/apps/{app}' },
  deployApp: { method: 'PUT', path: '/v1/apps/{app}' },
  compareApp: { method: 'POST', path: '/v1/apps/{app}/compare' },
  startApp: { method: 'POST', path: '/v1/apps/{app}/start' },
  stopApp: { method: 'POST', path: '/v1/apps/{app}/stop' },
  startAppFresh: { method: 'POST', path: '/v1/apps/{app}/fresh' },
  changeParams: { method: 'PATCH', path: '/v1/apps/{app}' },
  listAppVersions: { method: 'GET', path: '/v1/apps/{app}/versions' },
  rollBackApp: { method: 'POST', path: '/v1/apps/{app}/roll-back' },
  appHistory: { method: 'GET', path: '/v1/apps/{app}/history' },
  deleteApp: { method: 'DELETE', path: '/v1/apps/{app}' },
  appFigures: { method: 'GET', path: '/v1/apps/{app}/figures' },
  appDelivery: { method: 'GET', path: '/v1/apps/{app}/delivery' },
  listSavepoints: { method: 'GET', path: '/v1/apps/{app}/savepoints' },
  deleteSavepoint: { method: 'DELETE', path: '/v1/apps/{app}/savepoints/{savepoint}' },
  readResults: { method: 'GET', path: '/v1/apps/{app}/outputs/{output}/records' },
  followResults: { method: 'GET', path: '/v1/apps/{app}/outputs/{output}/live' },
  readLateRecords: { method: 'GET', path: '/v1/apps/{app}/late/{operator}/records' },

  listAlerts: { method: 'GET', path: '/v1/alerts' },
  acknowledgeAlert: { method: 'POST', path: '/v1/apps/{app}/alerts/{alert}/acknowledge' },
  listSilences: { method: 'GET', path: '/v1/silences' },
  createSilence: { method: 'POST', path: '/v1/silences' },
  deleteSilence: { method: 'DELETE', path: '/v1/silences/{silence}' },

  listWebhooks: { method: 'GET', path: '/v1/webhooks' },
  getWebhook: { method: 'GET', path: '/v1/webhooks/{webhook}' },
  createWebhook: { method: 'POST', path: '/v1/webhooks/{webhook}' },
  deleteWebhook: { method: 'DELETE', path: '/v1/webhooks/{webhook}' },
  readWebhookDeadLetters: { method: 'GET', path: '/v1/webhooks/{webhook}/dead-letters' },

  queryHistory: { method: 'POST', path: '/v1/history/queries' },
  cancelQuery: { method: 'DELETE', path: '/v1/history/queries/{query}' },
  listTables: { method: 'GET', path: '/v1/history/tables' },
  listAnalyses: { method: 'GET', path: '/v1/history/analyses' },
  runAnalysis: { method: 'POST', path: '/v1/history/analyses/{analysis}' },

  createBackup: { method: 'POST', path: '/v1/backups' },
  listBackups: { method: 'GET', path: '/v1/backups' },
  usage: { method: 'GET', path: '/v1/usage' },
  listFileSinks: { method: 'GET', path: '/v1/file-sinks' },
  getFileSink: { method: 'GET', path: '/v1/file-sinks/{sink}' },
  createFileSink: { method: 'POST', path: '/v1/file-sinks/{sink}' },
  deleteFileSink: { method: 'DELETE', path: '/v1/file-sinks/{sink}' },

  listSources: { method: 'GET', path: '/v1/sources' },
  getSource: { method: 'GET', path: '/v1/sources/{source}' },
  createSource: { method: 'POST', path: '/v1/sources/{source}' },
  changeSource: { method: 'PATCH', path: '/v1/sources/{source}' },
  deleteSource: { method: 'DELETE', path: '/v1/sources/{source}' },
  listSinks: { method: 'GET', path: '/v1/sinks' },
  getSink: { method: 'GET', path: '/v1/sinks/{sink}' },
  createSink: { method: 'POST', path: '/v1/sinks/{sink}' },
  changeSink: { method: 'PATCH', path: '/v1/sinks/{sink}' },
  deleteSink: { method: 'DELETE', path: '/v1/sinks/{sink}' },
  readSinkDeadLetters: { method: 'GET', path: '/v1/sinks/{sink}/dead-letters' },

  listAuditEntries: { method: 'GET', path: '/v1/audit' },
} as const satisfies Readonly<Record<string, Operation>>

export type OperationName = keyof typeof operations
