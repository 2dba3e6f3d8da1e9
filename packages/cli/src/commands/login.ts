import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export interface LoginFlags {
  readonly profile?: string
  readonly tenant?: string
  readonly json?: boolean
}

export function describeLogin(root: Command, { terminal, environment, finish }: CommandContext): void {
  root
    .command('login [url]')
    .description('keep the address of a server and a key for later commands')
    .option('--profile <name>', 'the name to keep them under; without a URL: the profile to use from now on', 'default')
    .option('--tenant <name>', "whose things an operator's key asks for")
    .option('--json', 'JSON, for programs')
    .addHelpText('after', examples)
    .action(async (url: string | undefined, flags: LoginFlags) => {
      terminal.json = flags.json === true
      const { login, useProfile } = await import('../profiles/login.ts')
      if (url === undefined) useProfile(flags.profile ?? 'default', terminal, environment)
      else await login(url, flags, terminal, environment)
      finish(exitCodes.ok)
    })
}

const examples = `
The key is read from MILLRACE_KEY, from standard input, or asked for. It is kept in ~/.config/millrace/profiles.json,
which only its owner can read. Every command that asks a server takes --profile; MILLRACE_URL and MILLRACE_KEY, or
MILLRACE_PROFILE, are taken where it does not stand.

Examples:
  $ millrace login http://localhost:8080
  $ millrace login https://millrace.example.org --profile work < key.txt
  $ millrace login --profile work          # from now on`
