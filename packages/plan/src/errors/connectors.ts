import type { ErrorEntry } from './entry.ts'

/** Of sources and sinks: systems outside that records come from and results go to. */
export const connectorErrors = {
  CONNECTOR_SYSTEM: {
    message: 'The request names {count} systems.',
    action: 'Name one, with its settings: {systems}.',
  },
  SOURCE_UNKNOWN: {
    message: 'The tenant has no source {source}.',
    action: 'List the sources to see which there are.',
  },
  SOURCE_EXISTS: {
    message: 'There is a source {source} already.',
    action: 'Choose another name, or delete that one first.',
  },
  SINK_UNKNOWN: {
    message: 'The tenant has no sink {sink}.',
    action: 'List the sinks to see which there are.',
  },
  SINK_EXISTS: {
    message: 'There is a sink {sink} already.',
    action: 'Choose another name, or delete that one first.',
  },
  CONNECTOR_NAME: {
    message: 'A source or sink cannot be called {name}.',
    action: 'Names begin with a letter and go on with letters, digits, - and _; at most 64 characters.',
  },
  CONNECTOR_SECRET: {
    message: 'The settings of {name} cannot be read: they were sealed with another secret of the server.',
    action: 'Give the server the secret file of its own data folder back, or change the settings anew.',
  },
  CONNECTOR_REFUSED: {
    message: '{system} refuses: {reason}.',
    action: 'Change the settings, or in the system what it says; it is tried again until then.',
  },
  CONNECTOR_LOST: {
    message: '{system} cannot be reached: {reason}.',
    action: 'Look whether it runs and can be reached from the server; it is tried again until then.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
