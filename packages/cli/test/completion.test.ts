import { spawnSync } from 'node:child_process'
import { main } from '@millrace/cli'
import { expect, test } from 'vitest'
import { capturingTerminal } from './capturing-terminal.ts'

async function completion(shell: string): Promise<{ readonly code: number; readonly out: string }> {
  const { terminal, written } = capturingTerminal()
  return { code: await main(['completion', shell], terminal), out: written.out }
}

/** What bash offers for the last of the words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await completion('bash')
  const ask = `${out}\nCOMP_WORDS=(millrace ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _millrace; echo "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', ask], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim().split(' ')
}

test('bash completes commands, those below them, options and their values', async () => {
  expect(await offered('st')).toEqual(expect.arrayContaining(['start', 'stop', 'status', 'streams']))
  expect(await offered('keys', 'r')).toEqual(['rotate', 'revoke'])
  expect(await offered('keys', 'create', '--sc')).toEqual(['--scope'])
  expect(await offered('sinks', 'de')).toEqual(['dead-letters', 'delete'])
  expect(await offered('sources', 'create', '--pass')).toEqual(['--password-file'])
  expect(await offered('query', '--format', 'p')).toEqual(['parquet'])
})

test('zsh and fish are told of every command', async () => {
  expect((await completion('zsh')).out).toMatch(/^#compdef millrace\n/)
  const fish = (await completion('fish')).out
  for (const name of ['deploy', 'tail', 'simulate', 'rotate', 'silence']) expect(fish).toContain(`-a ${name} `)
  expect(await completion('fsh')).toMatchObject({ code: 2 })
})
