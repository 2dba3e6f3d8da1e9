import { zoneOf } from '../zones.ts'
import { quote, type Report } from './report.ts'

/** Whether a zone's name is one; if not, that is reported. */
export function checkZone(zone: string, path: string, report: Report): boolean {
  const known = zoneOf(zone) !== undefined
  if (!known) report('ZONE_UNKNOWN', path, { zone: quote(zone) })
  return known
}
