import { writeFileSync } from 'node:fs'
import { dashboard } from './dashboard.ts'

/** `node packages/server/src/metrics/write-dashboard.ts [file]`: Grafana's dashboard, to standard output without a file. */
const [file] = process.argv.slice(2)
const text = `${JSON.stringify(dashboard(), null, 2)}\n`
if (file === undefined) process.stdout.write(text)
else writeFileSync(file, text)
