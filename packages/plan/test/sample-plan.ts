import type { AggregateExpression, AggregateName, Constant, Expression, FunctionName, Plan, StreamNode } from '@millrace/plan'

export const column = (name: string): Expression => ({ kind: 'column', name })
export const param = (name: string): Expression => ({ kind: 'param', name })
export const literal = (value: Constant | null): Expression => ({ kind: 'literal', value })
export const call = (name: FunctionName, ...args: Expression[]): Expression => ({ kind: 'call', name, args })
export const aggregate = (name: AggregateName, arg?: Expression, where?: Expression): AggregateExpression => ({ kind: 'aggregate', name, arg, where })

const minutesMs = 60_000

export const alarms: StreamNode = {
  schema: {
    columns: [
      { name: 'station_id', type: { kind: 'int64' } },
      { name: 'alarm_id', type: { kind: 'int32' } },
      { name: 'event_time', type: { kind: 'timestamp', format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }, optional: true },
      { name: 'value', type: { kind: 'float64' }, missing: [999999] },
      { name: 'größe"]; process[`exit`]()//', type: { kind: 'string' }, optional: true },
      { name: 'isActive', type: { kind: 'bool' } },
    ],
  },
  format: { kind: 'csv', separator: ',', header: 'auto' },
  time: 'event_time',
  withoutTime: 'reject',
  watermark: { kind: 'bounded', outOfOrdernessMs: 10 * minutesMs },
  idleTimeoutMs: minutesMs,
  maxAheadMs: 60 * minutesMs,
  unknownFields: 'lenient',
  key: ['station_id'],
}

export const polls: StreamNode = {
  ...alarms,
  schema: {
    columns: [
      { name: 'timestamp', type: { kind: 'timestamp', format: 'iso' } },
      {
        name: 'sensor',
        type: {
          kind: 'record',
          columns: [
            { name: 'id', type: { kind: 'int32', fromText: true } },
            { name: 'pin', type: { kind: 'string' }, optional: true },
          ],
        },
      },
      { name: 'location', type: { kind: 'record', columns: [{ name: 'altitude', type: { kind: 'float64' } }] }, optional: true },
      {
        name: 'values',
        type: {
          kind: 'list',
          element: {
            kind: 'record',
            columns: [
              { name: 'type', type: { kind: 'string' } },
              { name: 'value', type: { kind: 'float64', fromText: true }, optional: true },
              { name: 'flags', type: { kind: 'list', element: { kind: 'int32' } } },
            ],
          },
        },
      },
    ],
  },
  format: { kind: 'json' },
  time: 'timestamp',
  key: ['sensor.id'],
}

/** A valid plan with every kind of operator; its operators stand in the order read, filter, map, ... */
export function samplePlan(): Plan {
  return {
    version: 1,
    name: 'sample',
    params: { limit: 5, quiet: { durationMs: 1000 }, since: { timestampMs: 0 }, label: 'a', on: true },
    streams: { alarms, polls },
    operators: [
      { kind: 'read', id: 'alarms', stream: 'alarms' },
      { kind: 'filter', id: 'active', input: 'alarms', where: call('and', call('eq', column('alarm_id'), literal(303)), column('isActive')) },
      {
        kind: 'aggregate',
        id: 'perStation',
        input: 'active',
        key: ['station_id', 'alarm_id'],
        window: { kind: 'tumbling', sizeMs: 10 * minutesMs, offsetMs: 0 },
        allowedLatenessMs: 15 * minutesMs,
        results: 'revised',
        emit: 'record',
        columns: [
          { name: 'failures', value: aggregate('count') },
          { name: 'highest', value: aggregate('max', column('value'), column('isActive')) },
          { name: 'spread', value: call('sub', aggregate('max', column('value')), aggregate('min', column('value'))) },
        ],
      },
      {
        kind: 'alert',
        id: 'failing',
        input: 'perStation',
        key: ['station_id', 'alarm_id'],
        when: call('gt', column('failures'), param('limit')),
        severity: 'critical',
        message: call('format', literal('station '), column('station_id')),
        cooldownMs: 30 * minutesMs,
        clearAfterMs: null,
      },
      { kind: 'read', id: 'polls', stream: 'polls' },
      { kind: 'explode', id: 'measured', input: 'polls', column: 'values' },
      {
        kind: 'map',
        id: 'flat',
        input: 'measured',
        columns: [
          { name: 'sensor', value: column('sensor.id') },
          { name: 'value', value: call('coalesce', column('values.value'), literal(0)) },
        ],
      },
      {
        kind: 'map',
        id: 'alike',
        input: 'alarms',
        columns: [
          { name: 'sensor', value: column('alarm_id') },
          { name: 'value', value: column('value') },
        ],
      },
      { kind: 'union', id: 'both', inputs: ['flat', 'alike'] },
      {
        kind: 'aggregate',
        id: 'totals',
        input: 'both',
        key: ['sensor'],
        window: null,
        allowedLatenessMs: 0,
        results: 'revised',
        emit: 'change',
        columns: [{ name: 'mean', value: aggregate('avg', column('value')) }],
      },
    ],
    outputs: { windows: 'perStation', alerts: 'failing', totals: 'totals' },
  }
}
