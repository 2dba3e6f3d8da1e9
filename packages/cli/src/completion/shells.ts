import type { KnownWords } from './known-words.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** A script that the shell reads once; it asks nobody. */
export function completionScript(shell: Shell, known: readonly KnownWords[]): string {
  return shell === 'fish' ? fish(known) : shell === 'zsh' ? `#compdef millrace\nautoload -U +X bashcompinit && bashcompinit\n${bash(known)}` : bash(known)
}

/** The longest path of commands among the words decides; files are completed where nothing else is known. */
function bash(known: readonly KnownWords[]): string {
  const paths = known.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`)
  const values = known.flatMap(({ path, options }) =>
    options.filter((option) => option.values.length > 0).map(({ name, values: of }) => `    "${path} ${name}") words="${of.join(' ')}" ;;`),
  )
  const words = known.map(({ path, commands, options }) => `    "${path}") words="${[...commands, ...options].map(({ name }) => name).join(' ')}" ;;`)
  return `_millrace() {
  local path="" word words="" here="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in ${paths.join('|')}) path="\${path:+$path }$word" ;; esac
  done
  case "$path $before" in
${values.join('\n')}
    *) case "$path" in
${words.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$here"))
}
complete -o default -F _millrace millrace
`
}

function fish(known: readonly KnownWords[]): string {
  const lines = known.flatMap(({ path, commands, options }) => {
    const names = commands.map(({ name }) => name)
    const inside = path.split(' ').filter((word) => word !== '')
    const seen = inside.map((word) => `__fish_seen_subcommand_from ${word}`)
    const below = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`]
    const when = `-n '${[...seen, ...below].join('; and ') || 'true'}'`
    return [
      ...commands.map(({ name, about }) => `complete -c millrace ${when} -f -a ${name} -d ${quoted(about)}`),
      ...options.map(({ name, about, values }) => {
        const choices = values.length === 0 ? '' : ` -x -a '${values.join(' ')}'`
        return `complete -c millrace ${when} -l ${name.replace('--', '')} -d ${quoted(about)}${choices}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`
}
