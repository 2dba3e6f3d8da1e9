import { killServers, noFigures } from '../../packages/oracle/test/server/kill-run.ts'
import type { Proof } from './proof.ts'

/** Whole servers under load, over HTTP and MQTT, killed at random instants. */
export const serverKills: Proof = {
  name: 'server-kills',
  title: 'servers killed at random instants',
  count: 100,
  async run(kills, firstSeed) {
    const figures = noFigures()
    const fault = await killServers(kills, firstSeed, figures)
    const { readyMs, caughtUpMs, ...counts } = figures
    const names: Readonly<Record<keyof typeof counts, string>> = {
      kills: 'kills',
      cases: 'cases',
      acknowledged: 'bodies and messages acknowledged',
      records: 'entries of the log that the oracle took',
      results: 'results compared with its own',
      kept: 'rows compared with the history',
      followed: 'rows of followers, each once',
      hooked: 'rows of webhooks',
      hookedAgain: 'of them that came again',
    }
    const lines = (Object.keys(names) as (keyof typeof counts)[]).map((name) => [names[name], counts[name]] as const)
    const times = [
      ['from start to ready, p50', midOf(readyMs)],
      ['from start to ready, longest', most(readyMs)],
      ['until all apps have caught up, p50', midOf(caughtUpMs)],
      ['until all apps have caught up, longest', most(caughtUpMs)],
    ] as const
    return { lines: [...lines, ...times, ['failures', fault === null ? 0 : 1]], failures: fault === null ? [] : [fault] }
  },
}

function midOf(times: readonly number[]): string {
  return seconds(times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0)
}

function most(times: readonly number[]): string {
  return seconds(Math.max(0, ...times))
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
