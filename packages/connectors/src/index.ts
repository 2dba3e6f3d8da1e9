export {
  type Messages,
  mostBytes,
  mostMessages,
  type RefusedRow,
  type Sink,
  type SinkOpening,
  type SinkRows,
  type Source,
  type SourceOpening,
} from './contract.ts'
export { AllowedAddresses } from './guard/allowed-addresses.ts'
export { ConnectorThread, type ConnectorThreadOptions } from './thread/connector-thread.ts'
