/** Semantics L1. A configuration may lower a limit, never raise it. */
export const limits = {
  planBytes: 1 << 20,
  planDepth: 64,
  planNodes: 10_000,
  operators: 200,
  slicesPerWindow: 10_000,
  valueBytes: 64 << 10,
  recordBytes: 1 << 20,
  messageBytes: 4 << 10,
  nameLength: 128,
} as const
