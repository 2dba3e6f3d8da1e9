import { limits } from '../limits.ts'
import type { AggregateOperator, Window } from '../operator.ts'
import { join, type Report } from './report.ts'
import { checkZone } from './zone.ts'

const dayMs = 86_400_000

/** The window of an aggregate, and that what only windows have is not asked of running totals. */
export function checkWindow({ window, allowedLatenessMs, results, emit }: AggregateOperator, path: string, report: Report): void {
  if (window === null) {
    if (allowedLatenessMs > 0) report('WINDOW_NEEDED', join(path, 'allowedLatenessMs'), { what: 'Allowed lateness' })
    if (results === 'final') report('WINDOW_NEEDED', join(path, 'results'), { what: 'Final results' })
    return
  }
  if (emit === 'change') report('EMIT_WITH_WINDOW', join(path, 'emit'))
  checkBounds(window, join(path, 'window'), report)
}

function checkBounds(window: Window, path: string, report: Report): void {
  const stepMs = window.kind === 'hopping' ? window.slideMs : window.sizeMs
  if (window.offsetMs >= stepMs) report('WINDOW_OFFSET', join(path, 'offsetMs'), { offsetMs: window.offsetMs, stepMs })
  if (window.kind === 'hopping') checkSlide(window.sizeMs, window.slideMs, path, report)
  else if (window.zone !== undefined) {
    checkZone(window.zone, join(path, 'zone'), report)
    if (window.sizeMs % dayMs !== 0) report('WINDOW_ZONE_DAYS', join(path, 'sizeMs'), { sizeMs: window.sizeMs })
  }
}

function checkSlide(sizeMs: number, slideMs: number, path: string, report: Report): void {
  const slices = sizeMs / slideMs
  if (sizeMs % slideMs !== 0) report('WINDOW_SLIDE', join(path, 'slideMs'), { sizeMs, slideMs })
  else if (slices > limits.slicesPerWindow) report('WINDOW_SLICES', join(path, 'slideMs'), { slices, limit: limits.slicesPerWindow })
}
