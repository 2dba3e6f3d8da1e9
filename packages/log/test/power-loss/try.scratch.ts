import { openLog } from '@millrace/log'
import { runSchedules } from './run.ts'

const t = performance.now()
const r = await runSchedules(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1), { openLog }, Number(process.argv[4] ?? 5))
console.log(r.schedules, r.figures, performance.now() - t)
for (const f of r.failures) console.log(f.seed, f.error)
