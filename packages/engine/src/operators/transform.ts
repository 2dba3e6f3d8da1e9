import type { Rows } from '@millrace/columns'

/**
 * An operator without state. What it answers shares the input's arrays where it can, and is valid until
 * its next call.
 */
export type Transform = (rows: Rows) => Rows
