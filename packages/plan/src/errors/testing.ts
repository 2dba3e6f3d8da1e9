import type { ErrorEntry } from './entry.ts'

export const testingErrors = {
  TEST_UNKNOWN_STREAM: { message: 'The app reads no stream {stream}.', action: 'Send to one of its streams: {known}.' },
  TEST_UNKNOWN_OUTPUT: { message: 'The app has no output {output}.', action: 'Its outputs are: {known}.' },
  TEST_RECORD_REFUSED: {
    message: 'A record sent to {stream} does not fit: {reason} The record: {text}',
    action: 'Mend the record, or send it by sendText where the test is about bad records.',
  },
  TEST_ENDED: { message: 'The test of the app has ended: nothing can follow.', action: 'Send and advance before end().' },
} as const satisfies Readonly<Record<string, ErrorEntry>>
