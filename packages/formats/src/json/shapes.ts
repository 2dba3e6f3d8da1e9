import type { InputWindow } from '../input-window.ts'
import type { RecordRow } from '../record-row.ts'
import type { ShapeNotes } from './shape-notes.ts'

/** The shapes that were learned. */
export class Shapes {
  constructor(_row: RecordRow, _notes: ShapeNotes, _lines: boolean) {}

  take(_window: InputWindow): boolean {
    return false
  }

  learn(_bytes: Uint8Array, _from: number, _to: number): void {}
}
