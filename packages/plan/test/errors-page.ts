import { cliErrors } from '../src/errors/cli.ts'
import { columnsErrors } from '../src/errors/columns.ts'
import { connectorErrors } from '../src/errors/connectors.ts'
import { engineErrors } from '../src/errors/engine.ts'
import type { ErrorEntry } from '../src/errors/entry.ts'
import { formatsErrors } from '../src/errors/formats.ts'
import { historyErrors } from '../src/errors/history.ts'
import { jobsErrors } from '../src/errors/jobs.ts'
import { logErrors } from '../src/errors/log.ts'
import { planErrors } from '../src/errors/plan.ts'
import { sdkErrors } from '../src/errors/sdk.ts'
import { serverErrors } from '../src/errors/server.ts'
import { streamsAndAppsErrors } from '../src/errors/streams-and-apps.ts'
import { testingErrors } from '../src/errors/testing.ts'
import { waysErrors } from '../src/errors/ways.ts'

type Entries = Readonly<Record<string, ErrorEntry>>

const chapters: readonly (readonly [title: string, entries: Entries])[] = [
  ['Plans', planErrors],
  ['Apps in TypeScript', sdkErrors],
  ['Input that does not fit its schema', formatsErrors],
  ['Batches', columnsErrors],
  ['The engine', engineErrors],
  ['The log', logErrors],
  ['Jobs', jobsErrors],
  ['The server', serverErrors],
  ['Streams and apps of the server', streamsAndAppsErrors],
  ['Ways in and out of the server', waysErrors],
  ['Sources and sinks of other systems', connectorErrors],
  ['History', historyErrors],
  ['Tests of apps', testingErrors],
  ['The command', cliErrors],
]

const opening = `# Errors

Every error has a code, which stays the same between releases, a message, and what to do about it. Words in
braces stand for what the message names at that place. Checks return all that is wrong at once, as
\`{ code, path, message }\`; the path leads to the place, as in \`operators.3.where.args.0\`.

This page is made from the catalogue in the sources: \`UPDATE=1 npx vitest run packages/plan/test/errors-page.test.ts\`.
`

/** docs/errors.md, as the catalogue has it. */
export function errorsPage(): string {
  const filled = chapters.filter(([, entries]) => Object.keys(entries).length > 0)
  return [opening, ...filled.map(([title, entries]) => chapter(title, entries))].join('\n')
}

function chapter(title: string, entries: Entries): string {
  const rows = Object.entries(entries).map(([code, { message, action }]) => `| \`${code}\` | ${cell(message)} | ${cell(action)} |`)
  return [`## ${title}`, '', '| code | message | what to do |', '|---|---|---|', ...rows, ''].join('\n')
}

function cell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
