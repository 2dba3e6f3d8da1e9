import { openLog } from '@millrace/log'
import type { Files } from '../../src/files/files.ts'
import { runSchedule } from './schedule.ts'

const seed = Number(process.argv[2])
const lines: string[] = []
let life = 0
const trace = (files: Files): Files => {
  const l = ++life
  lines.push(`--- life ${l}`)
  const t = async <T>(what: string, p: Promise<T>): Promise<T> => {
    lines.push(`${l} ${what}`)
    try {
      const r = await p
      lines.push(`${l}    done ${what}`)
      return r
    } catch (e) {
      lines.push(`${l}    FAILED ${what} ${e}`)
      throw e
    }
  }
  return {
    open: async (p, m) => {
      const f = await t(`open ${m} ${p}`, files.open(p, m))
      return {
        read: (i, a) => f.read(i, a),
        write: (ps, a) => t(`write ${p} @${a} ${ps.reduce((s, x) => s + x.length, 0)}`, f.write(ps, a)),
        sync: () => t(`sync ${p}`, f.sync()),
        truncate: (n) => t(`truncate ${p} ${n}`, f.truncate(n)),
        size: () => f.size(),
        close: () => t(`close ${p}`, f.close()),
      }
    },
    rename: (a, b) => t(`rename ${a} ${b}`, files.rename(a, b)),
    remove: (p) => t(`remove ${p}`, files.remove(p)),
    makeDirectory: (p) => t(`mkdir ${p}`, files.makeDirectory(p)),
    removeDirectory: (p) => t(`rmdir ${p}`, files.removeDirectory(p)),
    list: (p) => files.list(p),
    syncDirectory: (p) => t(`syncdir ${p}`, files.syncDirectory(p)),
  }
}
try {
  await runSchedule(seed, { openLog, between: trace, say: (line) => lines.push(`      ${line}`) })
} catch (e) {
  lines.push(String((e as Error).stack))
}
console.log(lines.join('\n'))
