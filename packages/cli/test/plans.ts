import type { Plan, StreamNode } from '@millrace/plan'

/** Plans written by hand, so that the command's tests depend on no app. */

function stream(format: StreamNode['format'], columns: StreamNode['schema']['columns']): StreamNode {
  return {
    schema: { columns: [...columns, { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } }] },
    format,
    time: 'at',
    withoutTime: 'reject',
    watermark: { kind: 'bounded', outOfOrdernessMs: 0 },
    idleTimeoutMs: 60_000,
    maxAheadMs: 3_600_000,
    unknownFields: 'strict',
    key: [],
  }
}

const csv = { kind: 'csv', separator: ',', header: 'auto' } as const

/** Counts a sensor's readings by the second; raises an alert above `limit`. */
export const counting: Plan = {
  version: 1,
  name: 'counting',
  params: { limit: 2, label: 'x', on: true, wait: { durationMs: 60_000 }, since: { timestampMs: 0 } },
  streams: {
    readings: stream(csv, [
      { name: 'sensor', type: { kind: 'string' } },
      { name: 'value', type: { kind: 'float64' }, missing: [-1] },
    ]),
  },
  operators: [
    { kind: 'read', id: 'read-1', stream: 'readings' },
    {
      kind: 'aggregate',
      id: 'aggregate-1',
      input: 'read-1',
      key: ['sensor'],
      window: { kind: 'tumbling', sizeMs: 1_000, offsetMs: 0 },
      allowedLatenessMs: 0,
      results: 'revised',
      emit: 'record',
      columns: [
        { name: 'readings', value: { kind: 'aggregate', name: 'count' } },
        { name: 'highest', value: { kind: 'aggregate', name: 'max', arg: { kind: 'column', name: 'value' } } },
      ],
    },
    {
      kind: 'alert',
      id: 'alert-1',
      input: 'aggregate-1',
      key: ['sensor'],
      when: {
        kind: 'call',
        name: 'gt',
        args: [
          { kind: 'column', name: 'readings' },
          { kind: 'param', name: 'limit' },
        ],
      },
      severity: 'critical',
      message: {
        kind: 'call',
        name: 'format',
        args: [
          { kind: 'column', name: 'sensor' },
          { kind: 'literal', value: ' is busy' },
        ],
      },
      cooldownMs: 0,
      clearAfterMs: null,
    },
  ],
  outputs: { counts: 'aggregate-1', alerts: 'alert-1' },
}

/** Two streams in one relation: what merging does is seen in the order of its rows. */
export const merging: Plan = {
  version: 1,
  name: 'merging',
  params: {},
  streams: {
    left: stream(csv, [{ name: 'side', type: { kind: 'string' } }]),
    right: stream({ kind: 'ndjson' }, [{ name: 'side', type: { kind: 'string' } }]),
  },
  operators: [
    { kind: 'read', id: 'read-1', stream: 'left' },
    { kind: 'read', id: 'read-2', stream: 'right' },
    { kind: 'union', id: 'union-1', inputs: ['read-1', 'read-2'] },
  ],
  outputs: { all: 'union-1' },
}
