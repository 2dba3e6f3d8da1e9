/** What makes a record bad on purpose, one kind a bad record. */
export const errorTypes = ['malformed', 'missing-field', 'extra-field', 'wrong-type', 'null-timestamp', 'wrong-schema'] as const
export type ErrorType = (typeof errorTypes)[number]

export interface GenerateOptions {
  /** Records written, duplicates and bad ones included. */
  readonly rows: number
  readonly seed: number
  readonly format: 'csv' | 'ndjson'
  /** The first line of CSV names the columns. */
  readonly header: boolean
  /** Event time at which the stream begins, ms. */
  readonly startMs: number
  /** Event time between the first record and the last, ms. */
  readonly spanMs: number
  readonly stations: number
  /** Distinct keys: (station, datapoint, alarm) for bts, sensors for air. */
  readonly sensors: number
  /** Share of the records that come from the first station; the others share the rest evenly. 0: no skew. */
  readonly skew: number
  /** bts: most alarms of the loud station come in storms of this length, each of one of its keys, ms; 0: evenly. */
  readonly stormMs: number
  /** Share of the records whose event time lies before their place in the stream ... */
  readonly disorder: number
  /** ... by up to this, ms. */
  readonly delayMs: number
  /** Share of the records that repeat one of the 32 before, byte for byte. */
  readonly duplicates: number
  /** Share of the records with a value that stands for "not measured" (999999). */
  readonly sentinels: number
  /** One record in this many is bad, at random; 0: none. */
  readonly errorsOneIn: number
  readonly errorTypes: readonly ErrorType[]
  /** Appended to every time: ` UTC`. */
  readonly zoneText: string
}

const shared = {
  rows: 100_000,
  seed: 1,
  format: 'csv',
  header: true,
  skew: 0,
  stormMs: 0,
  disorder: 0.3,
  delayMs: 300_000,
  duplicates: 0,
  sentinels: 0,
  errorsOneIn: 0,
  errorTypes,
  zoneText: '',
} as const satisfies Partial<GenerateOptions>

/** The shape of real alarms of base transceiver stations: one loud station, repeated rows, sentinels. */
export const btsDefaults: GenerateOptions = {
  ...shared,
  startMs: Date.UTC(2017, 1, 1),
  spanMs: 3 * 86_400_000,
  stations: 126,
  sensors: 1_220,
  skew: 0.33,
  duplicates: 0.2,
  sentinels: 0.04,
}

/** Sensors of fine dust, a measurement about every 150 s each. */
export const airDefaults: GenerateOptions = {
  ...shared,
  startMs: Date.UTC(2019, 3, 1),
  spanMs: 3 * 86_400_000,
  stations: 20,
  sensors: 58,
  disorder: 0.1,
  delayMs: 120_000,
}
