import { expect, test } from 'vitest'
import { capturingTerminal } from '../../test/capturing-terminal.ts'
import { Progress, progressText } from './progress.ts'

test('the bar shows the share of bytes read, the rate and the time left', () => {
  expect(progressText({ readBytes: 50, sizeBytes: 200, records: 3_000_000 }, 1_000)).toBe(
    '[######------------------]  25 %  3,000,000 records  3.00 M/s  ETA 3.0 s',
  )
})

test('without a known size there is no bar', () => {
  expect(progressText({ readBytes: 50, sizeBytes: null, records: 1_500 }, 1_000)).toBe('1,500 records  1.5 k/s')
})

test('nothing is shown when piped', () => {
  const { terminal, written } = capturingTerminal()
  new Progress(terminal, 0).update(1_000, () => ({ readBytes: 1, sizeBytes: 2, records: 1 }))
  expect(written.err).toBe('')
})

test('on a terminal the line is redrawn at most every 100 ms and taken away at the end', () => {
  const { terminal, written } = capturingTerminal({ errIsTerminal: true })
  const progress = new Progress(terminal, 0)
  for (let nowMs = 0; nowMs < 1_000; nowMs += 10) progress.update(nowMs, () => ({ readBytes: 1, sizeBytes: 2, records: nowMs }))
  progress.clear()
  expect(written.err.match(/records/g)).toHaveLength(10)
  expect(written.err.endsWith('\r\u001b[K')).toBe(true)
})
