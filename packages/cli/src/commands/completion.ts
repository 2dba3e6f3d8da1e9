import { Argument, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import type { Shell } from '../completion/shells.ts'
import { exitCodes } from '../exit-codes.ts'

export function describeCompletion(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('completion')
    .description('print a script that lets the shell complete commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', examples)
    .action(async (shell: Shell) => {
      const { knownWords } = await import('../completion/known-words.ts')
      const { completionScript } = await import('../completion/shells.ts')
      terminal.out(completionScript(shell, knownWords(root)))
      finish(exitCodes.ok)
    })
}

const examples = `
Examples:
  $ source <(millrace completion bash)                                      # in ~/.bashrc
  $ source <(millrace completion zsh)                                       # in ~/.zshrc
  $ millrace completion fish > ~/.config/fish/completions/millrace.fish`
