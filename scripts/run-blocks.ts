/** Runs modules one after the other; the first that throws ends it, with where it did. What they print is not shown. */
import { pathToFileURL } from 'node:url'

console.log = () => {}
for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(file).href)
  } catch (error) {
    console.error(file, error)
    process.exitCode = 1
    break
  }
}
