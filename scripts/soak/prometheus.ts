import { prometheusPrograms } from '../../packages/server/test/metrics/real-prometheus.ts'
import { faultInScrapes, type ScrapeFigures } from '../../packages/server/test/metrics/scrape-run.ts'
import { type Proof, textOf } from './proof.ts'

/** A server scraped by a real Prometheus, its figures checked by promtool, every query of the dashboard asked. */
export const prometheus: Proof = {
  name: 'prometheus',
  title: 'a server scraped by Prometheus',
  count: 20,
  async run(scrapes) {
    const programs = prometheusPrograms()
    if (programs === null) return { lines: [['skipped', 'there is no apt-get']], failures: [] }
    const figures: ScrapeFigures = { scrapes: 0, series: 0, queries: 0, withData: 0 }
    const fault = await faultInScrapes(programs, scrapes, figures).catch(textOf)
    const lines = [
      ['scrapes', figures.scrapes],
      ['series', figures.series],
      ['queries of the dashboard answered', figures.queries],
      ['of them with data', figures.withData],
      ['failures', fault === null ? 0 : 1],
    ] as const
    return { lines, failures: fault === null ? [] : [fault] }
  },
}
