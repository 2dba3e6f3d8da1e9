import { defaultSettings, type SettingName, settingNames, settingsSchema, variableOf } from '@millrace/server'

const opening = `# Settings of the server

\`millrace serve\` reads a JSON file (\`--config FILE\` or \`MILLRACE_CONFIG\`), then variables, then flags; the last wins. All of them are
checked at the start, and everything that is wrong is told at once; \`millrace serve --check\` does only that. A variable with the text
\`null\` stands for null.

This page is made from the sources: \`UPDATE=1 npx vitest run packages/server/test/settings.test.ts\`.

| setting | variable | default | what it is |
|---|---|---|---|
`

/** docs/settings.md. */
export function settingsPage(): string {
  return `${opening}${settingNames.map(row).join('\n')}\n`
}

function row(name: SettingName): string {
  const { description = '' } = settingsSchema.properties[name] as { readonly description?: string }
  return `| \`${name}\` | \`${variableOf(name)}\` | \`${JSON.stringify(defaultSettings[name])}\` | ${description.replaceAll('|', '\\|')} |`
}
