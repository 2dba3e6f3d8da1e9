export { type ExitCode, exitCodes } from './exit-codes.ts'
export { main } from './main.ts'
export { plainText } from './plain-text.ts'
export { processTerminal, type Terminal } from './terminal.ts'
