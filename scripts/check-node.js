// Plain JavaScript of old: it must run where nothing else here does.
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error('Millrace needs Node 24 or newer, not', process.versions.node)
  console.error('`npm ci` brings one along for this system where it can; run it first. Else install Node 24.')
  process.exit(3)
}
