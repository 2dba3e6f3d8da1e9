import { benchmarks } from './benchmarks.ts'
import { fullScale, quickScale } from './scale.ts'

/** One benchmark in a process of its own, so that its heap and its compiled code are its own: `child.ts NAME [--quick]`. */
const [name, quick] = process.argv.slice(2)
const benchmark = benchmarks.find((each) => each.name === name)
if (benchmark === undefined) throw new Error(`no benchmark is named ${name}`)
const figures = await benchmark.run(quick === '--quick' ? quickScale : fullScale)
process.stdout.write(JSON.stringify(figures))
