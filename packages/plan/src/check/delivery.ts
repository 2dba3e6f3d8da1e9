import type { Demand } from '../delivery.ts'
import { quote, type Report } from './report.ts'

/** What an app demands names each way once. */
export function checkDelivery({ waysIn = [], waysOut = [] }: Demand, report: Report): void {
  checkWays(waysIn, 'delivery.waysIn', report)
  checkWays(waysOut, 'delivery.waysOut', report)
}

function checkWays(ways: readonly string[], path: string, report: Report): void {
  ways.forEach((way, at) => {
    if (ways.indexOf(way) !== at) report('DELIVERY_WAY_TWICE', `${path}.${at}`, { way: quote(way) })
  })
}
