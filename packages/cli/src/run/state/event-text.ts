import type { JobEvent } from '@millrace/jobs'
import type { LogEvent } from '@millrace/log'
import { countText } from '../../count-text.ts'

/** What a log tells, in words; null: whoever caused it hears of it, or it is nothing to be told. */
export function logEventText(event: LogEvent): string | null {
  switch (event.kind) {
    case 'tail-cut':
      return `note: an earlier run ended while it wrote: the unfinished ${countText(event.bytes)} byte(s) at the end of ${event.file} were set aside (${event.keptAs}); nothing that was finished is lost`
    case 'damage':
      return `warning: ${event.file} is damaged at byte ${event.offset}: ${countText(event.bytes)} byte(s)${event.rows === null ? '' : `, ${countText(event.rows)} record(s)`} are left out (${event.what})`
    case 'pin-expired':
      return `warning: the log no longer keeps what ${event.name} has not read (${event.reason})`
    case 'background-failed':
      return `warning: ${event.work} did not succeed and will be tried again: ${event.cause}`
    case 'clock-back':
    case 'disk-full':
    case 'failed':
      return null
    default:
      event satisfies never
      return null
  }
}

/** What a job tells, in words; null: as above. */
export function jobEventText(event: JobEvent): string | null {
  switch (event.kind) {
    case 'snapshot-unusable':
      return `warning: the snapshot ${event.file} is left out: ${event.reason}; the run goes on from the one before it, or from the begin`
    case 'restarted':
      return `warning: the job ended and goes on from its last snapshot: ${event.reason}`
    case 'results-wait':
      return `warning: results wait and are tried again: ${plainReason(event.reason)}`
    case 'stalled':
      return `warning: the job stands still: ${plainReason(event.reason)}`
    case 'recovered':
      return 'note: the job goes on'
    case 'snapshot-failed':
      return `warning: a snapshot could not be written: ${plainReason(event.reason)}; a next run goes on from the one before it`
    case 'failed':
      return null
    default:
      event satisfies never
      return null
  }
}

/** Errors as texts begin with their class. */
function plainReason(reason: string): string {
  return reason.replace(/^(Millrace)?Error: /, '')
}
